import { ConfigError } from './errors.ts'
import { type ReadFile, readNamedFile, resolvePath } from './files.ts'

/** Where a location's credentials are, as in lateen.yaml. */
export interface Credential {
  file?: string
  profile?: string
}

/**
 * Checks that the file is there, and the profile in it: Velero's flag names a Secret and a key of it in the same form, and
 * would else be taken for a file that nobody has. Answers the file's absolute path.
 */
export async function checkedCredential(
  { file, profile }: Credential,
  source: string,
  files: { cwd: string; home: string; readFile: ReadFile },
): Promise<Credential> {
  if (file === undefined) return profile === undefined ? {} : { profile }
  const path = resolvePath(file, files.cwd, files.home)
  const text = await readNamedFile(files.readFile, path, source).catch(cause => {
    throw new ConfigError((cause as Error).message, { next: NO_SECRET, cause })
  })
  if (profile !== undefined && !hasProfile(text, profile)) {
    throw new ConfigError(`${source}: ${path} has no profile ${JSON.stringify(profile)}`, { next: NO_SECRET })
  }
  return { file: path, ...(profile !== undefined && { profile }) }
}

const NO_SECRET = 'Name an AWS credentials file and a profile of it; nothing is read from a Secret.'

/** `[backup]`, or `[profile backup]` as in ~/.aws/config. */
function hasProfile(text: string, profile: string): boolean {
  const names = text.split(/\r?\n/).map(line => /^\s*\[\s*(?:profile\s+)?([^\]]*?)\s*\]/.exec(line)?.[1])
  return names.includes(profile)
}
