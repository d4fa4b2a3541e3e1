import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    // The page's content security policy allows files only: nothing inline, no data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // light-dark() stays as it is.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    reportCompressedSize: false,
  },
});
