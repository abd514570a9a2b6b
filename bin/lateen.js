#!/usr/bin/env node
// Starts dist/lateen.js, which `npm run build` makes. Plain JavaScript that any Node of the last years can read: where the one
// on the path is too old, the one that came with the project takes over.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST = 22
const program = new URL('../dist/lateen.js', import.meta.url)

if (!existsSync(program)) {
  fail('lateen is not built yet. Run `npm ci`, or `npm run build`, in its folder.')
} else if (Number.parseInt(process.versions.node, 10) >= OLDEST) {
  // From the second call on, V8 need not compile the program again.
  module.enableCompileCache?.()
  await import(program.href)
} else {
  const node = bundledNode()
  if (node === undefined) {
    fail(
      `lateen needs Node.js ${OLDEST} or newer; this is ${process.version}. Install a newer one and put it first on the PATH.`,
    )
  } else {
    await runWith(node)
  }
}

/** The binary of the `node` package, a development dependency of ours. */
function bundledNode() {
  try {
    const folder = dirname(module.createRequire(import.meta.url).resolve('node/package.json'))
    return ['node', 'node.exe'].map(name => join(folder, 'bin', name)).find(path => existsSync(path))
  } catch {
    return undefined
  }
}

async function runWith(node) {
  const { spawn } = await import('node:child_process')
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // The program ends in its own time, at a checkpoint; so must this one. A terminal has told it of Ctrl-C already, and it
  // takes what follows at once for an echo.
  const forward = signal => child.kill(signal)
  process.on('SIGINT', forward)
  process.on('SIGTERM', forward)
  child.on('error', error => fail(`lateen can't start ${node}: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}

function fail(message) {
  console.error(message)
  process.exitCode = 1
}
