import type { Document } from 'yaml'
import type { Config } from './config.ts'
import { deadEnds } from './dead-ends.ts'
import { ConfigError, ConfigFileError } from './errors.ts'
import { configPath } from './file/read.ts'
import { rewrite } from './file/rewrite.ts'
import { loadConfig, type SettingsSources } from './load.ts'
import { given } from './sources.ts'

/** A lateen.yaml to be written. */
export interface Edited {
  path: string
  text: string
  /** There was no such file before. */
  created: boolean
  changed: boolean
  /** What commands will be refused with from now on, and were not before; see deadEnds. */
  newDeadEnds: string[]
}

/** What lateen.yaml says alone, without flags and environment, and its text; '' and nothing where there is no file. */
export interface Editable {
  path: string
  text: string
  created: boolean
  config: Config
}

/** Reads the lateen.yaml that commands would read, in order to change it. Throws ConfigError where it has mistakes. */
export async function openConfig(sources: SettingsSources): Promise<Editable> {
  const path = configPath(given('config', sources.flags, sources.env), sources)
  const text = await sources.readFile(path).catch(error => {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw new ConfigError(`can't read ${path}: ${(error as Error).message}`, { cause: error })
  })
  if (text === undefined) return { path, text: '', created: true, config: { clusters: [], locations: [] } }
  return { path, text, created: false, config: await configOf(path, text, sources) }
}

/**
 * Changes a lateen.yaml; writes nothing. The result is checked as it will be when it is read: throws ConfigError where
 * commands would refuse it.
 */
export async function editConfig(
  { path, text, created, config }: Editable,
  sources: SettingsSources,
  change: (document: Document) => void,
): Promise<Edited> {
  const edited = rewrite(text, change)
  try {
    const before = deadEnds(config)
    const after = deadEnds(await configOf(path, edited, sources))
    const newDeadEnds = after.filter(problem => !before.includes(problem))
    return { path, text: edited, created, changed: edited !== text, newDeadEnds }
  } catch (error) {
    throw error instanceof ConfigFileError ? new ConfigError(`${path} would be wrong: ${withoutPlaces(error)}`) : error
  }
}

/** A text as if it were the file, and nothing else said anything. */
function configOf(path: string, text: string, { cwd, home }: SettingsSources): Promise<Config> {
  return loadConfig({ flags: { config: path }, env: {}, cwd, home, readFile: async () => text })
}

/** Places in a text that nobody has seen help nobody. */
function withoutPlaces({ problems }: ConfigFileError): string {
  return problems.map(problem => problem.replace(/^.*?:\d+:\d+: /, '')).join('; ')
}
