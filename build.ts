// Bundles the command line into dist/, so that it starts without reading hundreds of files and runs without node_modules.
// What only some commands need is split off and loaded by them.
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const outdir = fileURLToPath(new URL('dist', import.meta.url))

await rm(outdir, { recursive: true, force: true })
await build({
  entryPoints: { lateen: fileURLToPath(new URL('lib/cli/main.ts', import.meta.url)) },
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  // Packages' ES modules, of which only what is used comes along.
  mainFields: ['module', 'main'],
  target: 'node22',
  // Names and lines stay: exit codes go by the names of error classes, and a stack in a report should tell us something.
  // Source maps would do that too, for 20 MB of memory in every run.
  minifySyntax: true,
  keepNames: true,
  // Dependencies in CommonJS ask for Node's modules by require, which ES modules lack.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
