/** An API server's address and how it proves to be the one. */
export interface Endpoint {
  /** `https://host:port`, a path prefix allowed, no slash at the end. */
  server: string
  /** PEM; absent: the authorities that Node trusts. */
  ca?: string | Buffer
  insecureSkipTlsVerify?: boolean
  tlsServerName?: string
  /** `http:`, `https:` or `socks5:`. */
  proxyUrl?: string
}
