import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import type { Config } from '../lib/config/config.ts'
import { loadConfig } from '../lib/config/load.ts'

/** What the function's environment and a lateen.yaml in its package say. Throws ConfigError. */
export function configuration(): Promise<Config> {
  return loadConfig({
    flags: {},
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    readFile: path => readFile(path, 'utf8'),
  })
}
