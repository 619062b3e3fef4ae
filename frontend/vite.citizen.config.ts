import {fileURLToPath} from 'node:url'
import {defineConfig} from 'vite'

const PREACT = {
  'react/jsx-runtime': 'preact/jsx-runtime',
  'react/jsx-dev-runtime': 'preact/jsx-runtime',
  'react-dom/client': 'preact/compat/client',
  react: 'preact/compat',
}

// The citizens' page has to start fast on an old phone: its React source is built over Preact, a sixth of the size, and shares
// no chunk with the consoles. It goes into a folder of its own, so that neither build empties the other's.
export default defineConfig({
  root: fileURLToPath(new URL('citizen', import.meta.url)),
  base: '/citizen/',
  publicDir: false,
  // benchmarks/first_message.py compares with the same source over React itself.
  resolve: {alias: process.env.BANSHI_PLAIN_REACT ? {} : PREACT},
  build: {
    outDir: fileURLToPath(new URL('../banshi/web/static/citizen', import.meta.url)),
    emptyOutDir: true,
    target: ['es2020', 'chrome80', 'safari14'], // what the web views of five-year-old phones understand
    assetsInlineLimit: 0, // the content policy allows no data: URLs in style sheets
    modulePreload: {polyfill: false}, // the polyfill is an inline script
    rolldownOptions: {
      input: {
        citizen: fileURLToPath(new URL('citizen/index.html', import.meta.url)),
        embed: fileURLToPath(new URL('src/citizen/embed.ts', import.meta.url)),
      },
      // Other sites name embed.js in their pages, so it keeps its name.
      output: {entryFileNames: chunk => (chunk.name === 'embed' ? 'embed.js' : 'assets/[name]-[hash].js')},
    },
  },
  server: {
    proxy: {'/api': process.env.BANSHI_SERVER ?? 'http://127.0.0.1:8000'},
    fs: {allow: [fileURLToPath(new URL('.', import.meta.url))]},
  },
})
