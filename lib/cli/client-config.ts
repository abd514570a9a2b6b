import { join } from 'node:path'
import { InvalidInputError, messageOf } from '../velero/errors.ts'
import { goQuote } from '../velero/go-quote.ts'
import { validateName } from '../velero/names.ts'
import { nearest } from '../velero/nearest.ts'
import type { Cli } from './cli.ts'

/** Settings of a person, not of a place: a flat file of texts in the home folder, as Velero's client has it. */
export type ClientConfig = Record<string, string>

type Home = Pick<Cli, 'env' | 'home' | 'readFile'>

/** What is wrong with a value, by key; undefined if nothing is. */
const KEYS: Record<string, (value: string) => string | undefined> = {
  namespace: validateName,
  colorized: value => (/^(true|false)$/.test(value) ? undefined : 'must be true or false'),
}

/** Velero's, and why they are not kept. */
const REFUSED: Record<string, string> = {
  features: "nothing here is switched on by Velero's features",
  cacert: 'a location has its own: give objectStorage.caCert in lateen.yaml, --cacert or LATEEN_CACERT',
}

export function clientConfigPath({ env, home }: Pick<Home, 'env' | 'home'>): string {
  // The specification takes a relative path for none.
  const folder = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(home, '.config')
  return join(folder, 'lateen', 'config.json')
}

/** Throws InvalidInputError for a file that can't be read; one that is not there says nothing. */
export async function readClientConfig(cli: Home): Promise<ClientConfig> {
  const path = clientConfigPath(cli)
  try {
    return onlyTexts(JSON.parse(await cli.readFile(path)))
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ENOENT') return {}
    throw new InvalidInputError(`Error reading config file: ${path}: ${messageOf(cause)}`, { cause })
  }
}

function onlyTexts(value: unknown): ClientConfig {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is no JSON object')
  const other = Object.entries(value).find(([, text]) => typeof text !== 'string')
  if (other) throw new Error(`${other[0]} is no text`)
  return value as ClientConfig
}

/** `KEY=VALUE`, or `KEY=` to forget it. Throws InvalidInputError where it can't be kept. */
export function parseSetting(text: string): { key: string; value: string } {
  const [key = '', value, ...more] = text.split('=')
  if (key === '' || value === undefined || more.length > 0)
    throw new InvalidInputError(`invalid KEY=VALUE: ${goQuote(text)}`)
  // Forgetting harms nobody, whatever it is.
  if (value === '') return { key, value }
  const reason = REFUSED[key]
  if (reason !== undefined) throw new InvalidInputError(`${key} is not kept: ${reason}`)
  const check = KEYS[key]
  if (check === undefined) throw new InvalidInputError(`${goQuote(key)} is no key of the client config`, knownKeys(key))
  const problem = check(value)
  if (problem !== undefined) throw new InvalidInputError(`${key}: invalid value ${goQuote(value)}: ${problem}`)
  return { key, value }
}

function knownKeys(key: string): { next: string } {
  const names = Object.keys(KEYS)
  const meant = nearest(key, names)
  return { next: meant === undefined ? `There are ${names.join(' and ')}.` : `Did you mean ${meant}?` }
}
