/** Who we are to the API server, for one request. Its certificate and key are PEM. */
export interface Identity {
  headers: Readonly<Record<string, string | string[]>>
  cert?: string | Buffer
  key?: string | Buffer
}

/** Where identities come from. Any number of callers may use one at the same time. */
export interface Credentials {
  /** The present identity; the same object until another one takes its place. */
  get(): Promise<Identity>
  /** The server refused this identity (401): the next `get` looks for another one. Without effect on a newer one. */
  reject(identity: Identity): void
}
