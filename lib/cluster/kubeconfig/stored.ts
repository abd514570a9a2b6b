import * as z from 'zod'
import { LateenError, messageOf } from '../../velero/errors.ts'
import { type AwsAnswer, type AwsService, askAws, endpointFrom, failureIn } from '../aws/send.ts'
import { ClusterConfigError } from './errors.ts'
import { parseKubeconfig } from './parse.ts'
import type { Kubeconfig } from './schema.ts'
import type { Selected } from './select.ts'

/** A kubeconfig could not be had from where it is kept. */
export class StoredKubeconfigError extends LateenError {}

/** Where AWS keeps it; a name or an ARN. */
export type KubeconfigPlace = { secret: string } | { parameter: string }

interface Keeper {
  service: string
  /** Of the variables that name its endpoint. */
  variable: string
  target: string
  /** In interface endpoints and in texts. */
  called: string
  word: string
  right: string
  ask(name: string): object
  textIn(answer: unknown): string
}

const secretValue = z.object({ SecretString: z.string().nullish(), SecretBinary: z.string().nullish() })
const parameterValue = z.object({ Parameter: z.object({ Value: z.string() }) })

const SECRETS_MANAGER: Keeper = {
  service: 'secretsmanager',
  variable: 'SECRETS_MANAGER',
  target: 'secretsmanager.GetSecretValue',
  called: 'Secrets Manager',
  word: 'secret',
  right: 'secretsmanager:GetSecretValue',
  ask: SecretId => ({ SecretId }),
  textIn: answer => {
    const { SecretString, SecretBinary } = secretValue.parse(answer)
    return SecretString ?? Buffer.from(SecretBinary ?? '', 'base64').toString('utf8')
  },
}

const PARAMETER_STORE: Keeper = {
  service: 'ssm',
  variable: 'SSM',
  target: 'AmazonSSM.GetParameter',
  called: 'Systems Manager',
  word: 'parameter',
  right: 'ssm:GetParameter',
  ask: Name => ({ Name, WithDecryption: true }),
  textIn: answer => parameterValue.parse(answer).Parameter.Value,
}

function keeperOf(place: KubeconfigPlace): { keeper: Keeper; name: string } {
  return 'secret' in place
    ? { keeper: SECRETS_MANAGER, name: place.secret }
    : { keeper: PARAMETER_STORE, name: place.parameter }
}

/** What errors and doctor call it: `secret "prod/kubeconfig"`. */
export function placeName(place: KubeconfigPlace): string {
  const { keeper, name } = keeperOf(place)
  return `${keeper.word} ${JSON.stringify(name)}`
}

/** That of an ARN; undefined of a name. */
export function regionOf(place: KubeconfigPlace): string | undefined {
  const [arn, , , region] = keeperOf(place).name.split(':')
  return arn === 'arn' && region ? region : undefined
}

/**
 * Reads and parses it. Throws StoredKubeconfigError where it can't be read, ClusterConfigError where it is no kubeconfig; neither
 * holds anything of the text.
 */
export async function readStored(
  place: KubeconfigPlace,
  asked: Omit<AwsService, 'service' | 'endpoint'>,
  env: NodeJS.ProcessEnv,
): Promise<Kubeconfig> {
  const { keeper, name } = keeperOf(place)
  const answer = await send(place, { ...asked, service: keeper.service, endpoint: endpointFrom(env, keeper.variable) })
  if (answer.status !== 200) throw refused(place, asked.region, answer)
  let text: string
  try {
    text = keeper.textIn(JSON.parse(answer.text))
  } catch {
    throw new StoredKubeconfigError(
      `${keeper.called} gave an answer without a value for the ${keeper.word} "${name}"`,
      {
        next: `Look at it: is it a ${keeper.word} with text?`,
      },
    )
  }
  return parse(text, placeName(place))
}

async function send(place: KubeconfigPlace, service: AwsService): Promise<AwsAnswer> {
  const { keeper, name } = keeperOf(place)
  try {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': keeper.target }
    return await askAws(service, { method: 'POST', path: '/', headers, body: JSON.stringify(keeper.ask(name)) })
  } catch (error) {
    if (error instanceof LateenError) throw error
    throw new StoredKubeconfigError(`${keeper.called} in ${service.region} can't be reached: ${messageOf(error)}`, {
      next: `A function in a VPC needs a NAT gateway or an interface endpoint for ${keeper.called} (${keeper.service}).`,
      cause: error,
    })
  }
}

function refused(place: KubeconfigPlace, region: string, answer: AwsAnswer): StoredKubeconfigError {
  const { keeper } = keeperOf(place)
  const { type, message } = failureIn(answer)
  const why = [type, message].filter(Boolean).join(': ')
  const what = `the kubeconfig in the ${placeName(place)} in ${region} can't be read (${answer.status}): ${why}`
  return new StoredKubeconfigError(what, { next: nextOf(keeper, type, message) })
}

/** Both services name a missing right to the key by AccessDenied too, in their words. */
function nextOf({ word, right, called }: Keeper, type: string, message: string): string {
  if (/kms|decrypt|ciphertext|\bkey\b/i.test(`${type} ${message}`) && !message.includes(right))
    return `Allow kms:Decrypt on the key of the ${word} to whoever runs this, and check that the key is enabled.`
  if (/AccessDenied|NotAuthorized/i.test(type)) return `Allow ${right} on the ${word} to whoever runs this.`
  if (/NotFound/i.test(type))
    return `Check the name and the region; name a ${word} of another account or region by its ARN.`
  return `Check the AWS credentials and ${called}, and try again.`
}

/** What a parser says of a text may quote it. */
function parse(text: string, source: string): Kubeconfig {
  try {
    return parseKubeconfig(text, source)
  } catch (error) {
    if (!(error instanceof ClusterConfigError)) throw error
    throw new ClusterConfigError(
      `the ${source} holds no kubeconfig`,
      'Store the whole text of a kubeconfig in it, as YAML or JSON.',
    )
  }
}

/**
 * Refuses what is outside of it: there are no programs and files in a function, and whoever may write a secret is not to run
 * programs or send files from where it is used.
 */
export function refuseOutside({ user, userName, cluster }: Selected, source: string): void {
  if (user.exec !== undefined)
    throw new ClusterConfigError(
      `user "${userName}" of the ${source} has the credential plugin ${user.exec.command}, and plugins are not run for a kubeconfig from there`,
      'Reach an EKS cluster by eks in lateen.yaml; else give the user a token (kubectl create token) or a client certificate.',
    )
  const files = {
    tokenFile: user.tokenFile,
    'client-certificate': user['client-certificate-data'] === undefined ? user['client-certificate'] : undefined,
    'client-key': user['client-key-data'] === undefined ? user['client-key'] : undefined,
    'certificate-authority':
      cluster['certificate-authority-data'] === undefined ? cluster['certificate-authority'] : undefined,
    'idp-certificate-authority': user['auth-provider']?.config['idp-certificate-authority'],
  }
  const [field] = Object.entries(files).find(([, path]) => path !== undefined) ?? []
  if (field !== undefined)
    throw new ClusterConfigError(
      `${field} of the ${source} names a file, and files are not read for a kubeconfig from there`,
      'Store it with all that it needs: kubectl config view --raw --flatten --minify.',
    )
}
