import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import { type ReadFile, readNamedFile, resolvePath } from '../files.ts'
import type { Sourced } from '../sources.ts'

const fileName = 'lateen.yaml'

/** What lateen.yaml says, and where it is. */
export interface ConfigFile {
  path: string
  /** Absent where there is no such file: then it says nothing. */
  content?: Config
}

/** The lateen.yaml that counts: the one that is `given`, else the one in the working folder. */
export function configPath(given: Sourced | undefined, { cwd, home }: { cwd: string; home: string }): string {
  return given ? resolvePath(given.value, cwd, home) : join(cwd, fileName)
}

/** Reads lateen.yaml: the one that is `given`, which must exist, else the one in the working folder if there is one. */
export async function readConfigFile(
  given: Sourced | undefined,
  files: { cwd: string; home: string; readFile: ReadFile },
): Promise<ConfigFile> {
  const path = configPath(given, files)
  const text = given ? await readNamedFile(files.readFile, path, given.source) : await readIfThere(files.readFile, path)
  if (text === undefined) return { path }
  // The parser and the schemas are loaded only where there is something to parse: most commands start without them.
  const [{ parseFile }, { clusterSettings, locationSettings, notificationSettings, scheduleSettings }] =
    await Promise.all([import('./parse.ts'), import('./settings.ts')])
  const { clusters = [], locations = [], schedules, notifications, deployment } = parseFile(text, path)
  const folder = dirname(path)
  const content = {
    clusters: clusters.map(cluster => clusterSettings(cluster, folder, files.home)),
    locations: locations.map(location => locationSettings(location, folder, files.home)),
    ...(deployment && { deployment: deployment as NonNullable<Config['deployment']> }),
    ...(schedules && { schedules: schedules.map(scheduleSettings) }),
    ...(notifications && { notifications: notifications.map(notificationSettings) }),
  }
  return { path, content }
}

async function readIfThere(readFile: ReadFile, path: string): Promise<string | undefined> {
  try {
    return await readNamedFile(readFile, path, fileName)
  } catch (error) {
    if (((error as Error).cause as { code?: string } | undefined)?.code === 'ENOENT') return undefined
    throw error
  }
}
