import {existsSync} from 'node:fs'
import react from '@vitejs/plugin-react'
import {defineConfig} from 'vite'

// The two consoles are built together, so that they share the chunk that holds React and antd. The server serves what lies in
// banshi/web/static: <face>/index.html and /assets/.
const consoles = Object.fromEntries(['studio', 'desk'].map(face => [face, `${face}/index.html`]).filter(([, page]) => existsSync(page!)))

// Libraries stand apart from the pages, which change more often; each console loads those that it uses.
const SHARED = /node_modules[\\/](react|react-dom|scheduler|antd|@ant-design|@rc-component|rc-[a-z-]+|@babel|@emotion|stylis|clsx)[\\/]/

export default defineConfig({
  plugins: [react()],
  base: '/',
  publicDir: false,
  build: {
    outDir: '../banshi/web/static',
    emptyOutDir: true, // other faces are built after this one and keep what is there
    target: 'es2022',
    assetsInlineLimit: 0, // the content policy allows no data: URLs in style sheets
    modulePreload: {polyfill: false}, // only browsers older than the target need it
    chunkSizeWarningLimit: 700, // React and antd together, shared by both consoles
    rolldownOptions: {
      input: consoles,
      output: {
        codeSplitting: {groups: [{name: 'console', test: SHARED, entriesAware: true}]},
        // Named by all the pages that need it, a chunk of libraries would have no end to its name.
        chunkFileNames: chunk => `assets/${chunk.name.split('~')[0]}-[hash].js`,
      },
    },
  },
  server: {proxy: {'/api': process.env.BANSHI_SERVER ?? 'http://127.0.0.1:8000'}},
})
