import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Once before all end-to-end tests: these run what a user runs, so the bundle has to be of the sources as they are. */
export default async function build(): Promise<void> {
  const built = statSync(`${root}/dist/lateen.js`, { throwIfNoEntry: false })?.mtimeMs ?? 0
  for await (const file of glob(['lib/**/*.ts', 'package-lock.json'], { cwd: root })) {
    if (statSync(`${root}/${file}`).mtimeMs <= built) continue
    execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit' })
    return
  }
}
