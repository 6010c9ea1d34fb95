export { type Metrics, type MetricsSettings, openMetrics, type ReadGauge } from './metrics.ts';
