import { randomBytes } from 'node:crypto'
import { Agent, request } from 'undici'
import { expect, vi } from 'vitest'

/** A control plane that a suite runs against. */
export interface ClusterUnderTest {
  url: string
  /** Of somebody who may do everything. */
  token: string
  close(): Promise<void>
}

export interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  // The suite reads whatever the server wrote, field by field.
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
  body: any
}

export const MERGE = 'application/merge-patch+json'
export const JSON_PATCH = 'application/json-patch+json'
export const STRATEGIC = 'application/strategic-merge-patch+json'
export const APPLY = 'application/apply-patch+yaml'
export const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

const AGENT_NAME = 'suite'
/** Milliseconds. The namespace controller comes back to what it could not finish after a minute or so. */
const PATIENCE = 110_000

/** Raw requests to one control plane, and names that nobody else uses. */
export class Client {
  readonly #cluster: ClusterUnderTest
  /** A local control plane's certificate is signed by itself. */
  readonly #agent = new Agent({ connect: { rejectUnauthorized: false } })
  readonly #undo: string[] = []

  constructor(cluster: ClusterUnderTest) {
    this.#cluster = cluster
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const reply = await request(this.#cluster.url + path, {
      method: method as 'GET',
      dispatcher: this.#agent,
      headers: {
        authorization: `Bearer ${this.#cluster.token}`,
        'user-agent': `${AGENT_NAME}/1`,
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    })
    const answer = await reply.body.text()
    const type = String(reply.headers['content-type'] ?? '')
    const isJson = type.startsWith('application/json')
    return {
      status: reply.statusCode,
      headers: reply.headers,
      text: answer,
      body: isJson ? JSON.parse(answer) : undefined,
    }
  }

  get = (path: string, headers?: Record<string, string>) => this.send('GET', path, undefined, headers)
  post = (path: string, body: unknown) => this.send('POST', path, body)
  put = (path: string, body: unknown) => this.send('PUT', path, body)
  delete = (path: string, options?: unknown) => this.send('DELETE', path, options)
  patch = (path: string, type: string, body: unknown) => this.send('PATCH', path, body, { 'content-type': type })

  /** A namespace of its own, with its ServiceAccount there. */
  async namespace(prefix = 'suite'): Promise<string> {
    const name = unique(prefix)
    const made = await this.post('/api/v1/namespaces', { metadata: { name } })
    expect(made.status).toBe(201)
    this.undo(`/api/v1/namespaces/${name}`)
    await this.eventually(`/api/v1/namespaces/${name}/serviceaccounts/default`, ({ status }) => status === 200)
    return name
  }

  /** Deletes this when the suite ends. */
  undo(path: string): void {
    this.#undo.push(path)
  }

  /** Asks until the answer is as wanted: controllers work in their own time, the real ones with long pauses. */
  async eventually(path: string, wanted: (reply: Reply) => unknown): Promise<Reply> {
    return vi.waitFor(
      async () => {
        const reply = await this.get(path)
        if (!wanted(reply)) throw new Error(`${path} did not become as wanted; it is ${reply.status} ${reply.text}`)
        return reply
      },
      { timeout: PATIENCE, interval: 50 },
    )
  }

  async close(): Promise<void> {
    for (const path of this.#undo.reverse()) await this.delete(path)
    await this.#agent.close()
    await this.#cluster.close()
  }
}

export const unique = (prefix: string) => `${prefix}-${randomBytes(4).toString('hex')}`

/** A CustomResourceDefinition with two versions; only v1 has a status of its own. Keeps fields that it does not know. */
export function definition(group: string, scope: 'Namespaced' | 'Cluster' = 'Namespaced') {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `sails.${group}` },
    spec: {
      group,
      scope,
      names: { plural: 'sails', kind: 'Sail', shortNames: ['sl'] },
      versions: [
        { name: 'v1beta1', served: true, storage: false, schema },
        { name: 'v1', served: true, storage: true, schema, subresources: { status: {} } },
      ],
    },
  }
}

export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** Defines sails in a group of their own and waits until they are served; answers the group. */
export async function defineSails(client: Client): Promise<string> {
  const group = `${unique('g')}.lateen.test`
  const made = await client.post(DEFINITIONS, definition(group))
  expect(made.status).toBe(201)
  client.undo(`${DEFINITIONS}/sails.${group}`)
  await client.eventually(`/apis/${group}/v1/sails`, ({ status }) => status === 200)
  await client.eventually(`/apis/${group}/v1beta1/sails`, ({ status }) => status === 200)
  return group
}
