import { homedir } from 'node:os'
import { InvalidInputError } from '../velero/errors.ts'
import { awsCredentials } from './aws/credentials.ts'
import { endpointFrom } from './aws/send.ts'
import { type Clock, systemClock } from './clock.ts'
import { credentialsKind } from './credentials/kind.ts'
import { rereadOnRefusal } from './credentials/reread.ts'
import type { Credentials } from './credentials/types.ts'
import { read, userCredentials } from './credentials/user.ts'
import { connectEks } from './eks/connect.ts'
import { FlowControl } from './flow.ts'
import type { Endpoint } from './http/endpoint.ts'
import { proxyFromEnvironment } from './http/proxy.ts'
import { inCluster, SERVICE_ACCOUNT } from './in-cluster.ts'
import { ClusterConfigError } from './kubeconfig/errors.ts'
import { type Loaded, loadDefault, loadFile } from './kubeconfig/load.ts'
import { parseKubeconfig } from './kubeconfig/parse.ts'
import { type Selected, selectContext } from './kubeconfig/select.ts'
import { type KubeconfigPlace, placeName, readStored, refuseOutside, regionOf } from './kubeconfig/stored.ts'
import { noRequests, type RequestCounts } from './request-counts.ts'
import { createTransport } from './transport.ts'
import type { ConnectionSettings, Transport } from './types.ts'

export interface Connection {
  /** The configured name, else that of the kubeconfig's context or of the EKS cluster, else `in-cluster`. */
  name: string
  transport: Transport
  flow: FlowControl
  /** Goes on being counted. */
  counts: RequestCounts
  /** How it makes itself known to the API server, for people: `client certificate`, `exec plugin aws`. */
  credentials: string
}

/** What a connection takes from around it. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  home: string
  serviceAccount: string
  clock: Clock
  /** In [0, 1). */
  random: () => number
}

const DEFAULT_CONCURRENCY = 16

/** A way to an API server. */
interface Way {
  name: string
  endpoint: Endpoint
  credentials: Credentials
  /** See Connection. */
  kind: string
}

/**
 * Finds the way to a cluster, in the order that ConnectionSettings tells. Sends nothing to the API server yet (an EKS
 * cluster's address is asked from AWS). Close the transport when done.
 */
export async function connect(
  settings: ConnectionSettings,
  surroundings: Partial<Surroundings> = {},
): Promise<Connection> {
  const around: Surroundings = {
    env: process.env,
    home: homedir(),
    serviceAccount: SERVICE_ACCOUNT,
    clock: systemClock,
    random: Math.random,
    ...surroundings,
  }
  const { name, endpoint: found, credentials, kind } = await findWay(settings, around)
  const proxyUrl = found.proxyUrl ?? proxyFromEnvironment(found.server, around.env)
  const endpoint = { ...found, ...(proxyUrl !== undefined && { proxyUrl }) }
  const flow = new FlowControl(settings.maxConcurrency ?? DEFAULT_CONCURRENCY, around.clock)
  const counts = noRequests()
  const transport = createTransport({ endpoint, credentials, flow, clock: around.clock, random: around.random, counts })
  return { name: settings.name ?? name, transport, flow, counts, credentials: kind }
}

async function findWay(settings: ConnectionSettings, around: Surroundings): Promise<Way> {
  if (settings.eks !== undefined) return eksWay(settings.eks, around)
  const { kubeconfigSecret: secret, kubeconfigParameter: parameter } = settings
  if (secret !== undefined) return storedWay({ secret }, settings.context, around)
  if (parameter !== undefined) return storedWay({ parameter }, settings.context, around)
  const loaded = await loadKubeconfig(settings, around)
  if (loaded !== undefined) return kubeconfigWay(loaded, settings.context, around)
  if (settings.context !== undefined) {
    throw new ClusterConfigError(
      `context "${settings.context}" does not exist`,
      'There is no kubeconfig: name one with --kubeconfig or in KUBECONFIG.',
    )
  }
  const found = await inCluster(around.env, around.serviceAccount, around.clock)
  if (found !== undefined) return { name: 'in-cluster', kind: "the pod's service account", ...found }
  throw new ClusterConfigError(
    'no configuration has been provided',
    'Name a kubeconfig with --kubeconfig or in KUBECONFIG.',
  )
}

async function loadKubeconfig(settings: ConnectionSettings, around: Surroundings): Promise<Loaded | undefined> {
  if (settings.kubeconfigText !== undefined) {
    const source = 'kubeconfigText'
    return { config: parseKubeconfig(settings.kubeconfigText, source), source }
  }
  return settings.kubeconfig !== undefined ? loadFile(settings.kubeconfig) : loadDefault(around.env, around.home)
}

async function eksWay(eks: NonNullable<ConnectionSettings['eks']>, around: Surroundings): Promise<Way> {
  const { clock, random } = around
  const { cluster, roleArn, externalId } = eks
  const region = eks.region ?? regionFrom(around.env)
  if (region === undefined) {
    throw new InvalidInputError(`eks.region of cluster "${cluster}" is missing`, { next: 'Set it, or AWS_REGION.' })
  }
  const credentials = awsCredentials(
    region,
    'the EKS cluster',
    roleArn === undefined ? undefined : { roleArn, externalId },
  )
  const endpoint = endpointFrom(around.env, 'EKS')
  return {
    name: cluster,
    kind: roleArn === undefined ? 'EKS token by IAM' : `EKS token by IAM as ${roleArn}`,
    ...(await connectEks({ cluster, region, credentials, endpoint, clock, random })),
  }
}

function regionFrom(env: NodeJS.ProcessEnv): string | undefined {
  return env.AWS_REGION ?? env.AWS_DEFAULT_REGION
}

/** A kubeconfig that AWS keeps: read now, and again where the API server refuses what it held. */
async function storedWay(place: KubeconfigPlace, context: string | undefined, around: Surroundings): Promise<Way> {
  const { env, clock, random } = around
  const source = placeName(place)
  const region = regionOf(place) ?? regionFrom(env)
  if (region === undefined) {
    throw new InvalidInputError(`the region of the ${source} is missing`, {
      next: 'Set AWS_REGION, or name it by its ARN.',
    })
  }
  const asked = { region, credentials: awsCredentials(region, `the ${source}`), clock, random }
  const read = async () => {
    const selected = selectContext(await readStored(place, asked, env), context, source)
    refuseOutside(selected, source)
    return selected
  }
  const first = await read()
  const credentials = rereadOnRefusal(first, read, selected => userCredentials(selected, env, clock))
  return { ...(await wayOf(first)), credentials, kind: `${credentialsKind(first.user)}, from the ${source}` }
}

async function kubeconfigWay(
  { config, source }: Loaded,
  context: string | undefined,
  { env, clock }: Surroundings,
): Promise<Way> {
  const selected = selectContext(config, context, source)
  return {
    ...(await wayOf(selected)),
    credentials: userCredentials(selected, env, clock),
    kind: credentialsKind(selected.user),
  }
}

async function wayOf({ context, cluster }: Selected): Promise<Pick<Way, 'name' | 'endpoint'>> {
  const data = cluster['certificate-authority-data']
  const ca =
    data !== undefined
      ? Buffer.from(data, 'base64')
      : await read('certificate-authority', cluster['certificate-authority'])
  return {
    name: context,
    endpoint: {
      server: cluster.server,
      insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'],
      ...(ca !== undefined && { ca }),
      ...(cluster['tls-server-name'] !== undefined && { tlsServerName: cluster['tls-server-name'] }),
      ...(cluster['proxy-url'] !== undefined && { proxyUrl: cluster['proxy-url'] }),
    },
  }
}
