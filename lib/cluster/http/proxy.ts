import { BlockList, isIP, isIPv6 } from 'node:net'

/**
 * The proxy that HTTPS_PROXY or HTTP_PROXY and NO_PROXY name for a server, by the rules of Go's programs, kubectl among
 * them: never for this machine itself; NO_PROXY lists hosts (with all below them), addresses, CIDR blocks, or `*`.
 */
export function proxyFromEnvironment(server: string, env: NodeJS.ProcessEnv): string | undefined {
  const { protocol, hostname, port } = new URL(server)
  const either = (name: string) => env[name] || env[name.toLowerCase()] || undefined
  const proxy = either(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (proxy === undefined) return undefined
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return undefined
  const exceptions = (either('NO_PROXY') ?? '').split(',').map(entry => entry.trim().toLowerCase())
  if (exceptions.some(entry => entry !== '' && covers(entry, host, port || (protocol === 'https:' ? '443' : '80'))))
    return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return inBlock(entry, host)
  const [, name = entry, only] = /^(.*?)(?::(\d+))?$/.exec(isIPv6(entry) ? '' : entry) ?? []
  if (only !== undefined && only !== port) return false
  const bare = (name || entry).replace(/^\*?\./, '').replace(/^\[|\]$/g, '')
  return host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`))
}

function inBlock(block: string, host: string): boolean {
  const [network = '', bits] = block.split('/')
  if (isIP(host) === 0 || isIP(network) !== isIP(host)) return false
  const list = new BlockList()
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4'
  list.addSubnet(network, Number(bits), family)
  return list.check(host, family)
}
