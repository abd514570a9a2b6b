// Bundles the command line, and the functions for a process of their own, into dist/, so that they start without reading hundreds of
// files and run without node_modules.
// What only some commands need is split off and loaded by them.
import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** Bundles programs as the command line is bundled: by their names and the paths of their sources; each becomes `outdir/NAME.js`. */
export async function bundle(programs: Record<string, string>, outdir: string): Promise<void> {
  await build({
    entryPoints: programs,
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
    plugins: [noChildProcessInCommander],
    logLevel: 'warning',
  })
}

/** See linkBin. */
export const STARTER = `#!/bin/sh
here=$(dirname -- "$(realpath -- "$0")")
export MALLOC_ARENA_MAX="\${MALLOC_ARENA_MAX:-2}"
lateen=$here/../../bin/lateen.js
[ -x "$here/node" ] && exec "$here/node" "$lateen" "$@"
exec node "$lateen" "$@"
`

/** Commander can start programs for commands, which ours are not; loading what that takes is a tenth of the time of a short command. */
const noChildProcessInCommander: Plugin = {
  name: 'no child processes in commander',
  setup({ onResolve, onLoad }) {
    const namespace = 'nothing'
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace } : undefined,
    )
    onLoad({ filter: /.*/, namespace }, () => ({ contents: 'export default {}' }))
  },
}

if (import.meta.main) {
  // Beside the old one and then in its place, so that a command that runs meanwhile finds one or the other.
  await rm(path('dist.new'), { recursive: true, force: true })
  await bundle({ lateen: path('lib/cli/main.ts'), function: path('functions/run.ts') }, path('dist.new'))
  await rm(path('dist'), { recursive: true, force: true })
  await rename(path('dist.new'), path('dist'))
  await linkBin()
}

/**
 * `node_modules/.bin/lateen`, as a project that depends on this one gets it: npm makes that for dependencies only. It starts the
 * Node that came with the project, whatever is on the path: starting two of them takes twice as long. Windows has npx.
 */
async function linkBin(): Promise<void> {
  const bin = path('node_modules/.bin')
  if (process.platform === 'win32' || !existsSync(bin)) return
  const starter = join(bin, 'lateen')
  // Not through a link of an earlier build.
  await rm(starter, { force: true })
  await writeFile(starter, STARTER, { mode: 0o755 })
}
