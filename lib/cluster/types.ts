import { LateenError } from '../velero/errors.ts'

/**
 * How to reach one cluster. Exactly one way is used: `eks`, else `kubeconfigSecret`, else `kubeconfigParameter`, else `kubeconfigText`, else `kubeconfig`, else kubectl's rules
 * ($KUBECONFIG, ~/.kube/config), else the pod's service account.
 */
export interface ConnectionSettings {
  name?: string
  /** Path of a kubeconfig file. */
  kubeconfig?: string
  /** A kubeconfig's text, as from a secret. */
  kubeconfigText?: string
  /** A secret of AWS Secrets Manager that holds a kubeconfig; its name or ARN. */
  kubeconfigSecret?: string
  /** A parameter of AWS Systems Manager that does. */
  kubeconfigParameter?: string
  context?: string
  eks?: { cluster: string; region?: string; roleArn?: string; externalId?: string }
  /** The ceiling of requests in flight under flow control; default 16. */
  maxConcurrency?: number
}

/** A kind of object that the API serves, in one version. */
export interface ApiResource {
  /** '' for core. */
  group: string
  version: string
  /** Plural name, as in URLs: `pods`. */
  name: string
  singularName: string
  kind: string
  namespaced: boolean
  verbs: readonly string[]
  shortNames: readonly string[]
}

/** A group-version that could not be discovered; the aggregated API behind it does not answer. */
export interface DeadGroup {
  group: string
  version: string
  /** The APIService object that announces it: `v1beta1.metrics.example.com`. */
  apiService: string
  message: string
}

export interface Discovery {
  /**
   * Each group-resource once, in the version that Velero calls preferred (the group's preferred version where it has the
   * resource, else the first version that has it), in the server's order; subresources left out.
   */
  readonly resources: readonly ApiResource[]
  /** Every version of every group-resource that is served. */
  readonly served: readonly ApiResource[]
  readonly dead: readonly DeadGroup[]
  /**
   * Finds a resource as a person names it: plural, singular, kind or short name, with or without `.group`, in any case.
   * Core wins, then the order of discovery. `undefined` where nothing fits.
   */
  resolve(name: string): ApiResource | undefined
}

export interface ServerVersion {
  major: string
  minor: string
  gitVersion: string
}

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query: `/api/v1/pods?limit=500`. */
  path: string
  body?: Uint8Array | string
  /** Of the body; default `application/json`. */
  contentType?: string
  accept?: string
  signal?: AbortSignal
}

export interface ApiResponse {
  status: number
  headers: Record<string, string | string[] | undefined>
  /** To be read to its end or destroyed; its slot under flow control is taken until then. */
  body: AsyncIterable<Buffer> & { destroy(error?: Error): void }
}

/**
 * Requests to one API server: authenticated (renewed before credentials end and on 401), under flow control, and retried
 * while that is safe and useful (429, 503 and Retry-After; connection failures of GET). Answers only 2xx; anything else
 * is thrown as ApiError after the body was read. A body that breaks off throws a ConnectionError from its iteration.
 */
export interface Transport {
  readonly server: string
  request(request: ApiRequest): Promise<ApiResponse>
  close(): Promise<void>
}

/** An answer of the API server other than 2xx, from its Status object. */
export class ApiError extends LateenError {
  readonly status: number
  /** Status.reason: `NotFound`, `Forbidden`, `Expired`, `AlreadyExists` ... */
  readonly reason: string
  /** The whole Status object, for details.causes and metadata.continue of a 410. */
  readonly body: { message?: string; metadata?: { continue?: string }; details?: unknown } | undefined
  constructor(
    message: string,
    options: { status: number; reason: string; body?: ApiError['body']; next?: string; cause?: unknown },
  ) {
    super(message, options)
    this.status = options.status
    this.reason = options.reason
    this.body = options.body
  }
}

/** The API server can't be reached, or a connection broke off. */
export class ConnectionError extends LateenError {}
