import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the gateway; its address is known only to whoever started it. */
const gateway = process.env.MUSTER_GATEWAY_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    target: 'es2023',
    // data: addresses of small files would need a wider content security policy
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // everything but the editor and the terminal, which stand on few pages and come when one of them is opened
            {
              name: 'vendor',
              test: /node_modules\/(?!@xterm|@mantine\/core\/esm\/components\/(?:Slider|Drawer|SegmentedControl)\/|@codemirror|@lezer|@uiw|codemirror|@marijn|style-mod|crelt|w3c-keyname)/,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '^/[a-z0-9.]+\\.v\\d+\\.\\w+/': gateway,
      // the page of this name is ours, its WebSocket the gateway's
      '^/terminal$': {
        target: gateway,
        ws: true,
        rewriteWsOrigin: true,
        bypass: ({ headers }) => (headers.upgrade ? undefined : '/index.html'),
      },
    },
  },
});
