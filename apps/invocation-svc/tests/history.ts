// `node history.ts record|check|show FILE`: the history of a service's store, for tests of whole installations, which import no app.
// Records from now on, fails when what was recorded cannot be, or prints every step as JSON.
import { checkHistory, historyOf, recordHistory } from './state-history.ts';

const verbs = {
  record: recordHistory,
  check: checkHistory,
  show: (file: string) => void process.stdout.write(JSON.stringify(historyOf(file))),
};
const [verb = '', file = ''] = process.argv.slice(2);
verbs[verb as keyof typeof verbs](file);
