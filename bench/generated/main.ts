// node bench/generated/main.ts --items N [--large]: a generated cluster in a process of its own, until its standard input ends.
// Prints one JSON line once it listens: how to reach it, as variables of the environment.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Shape } from '../shape/shape.ts'
import { startGeneratedCluster } from './cluster.ts'

const { values } = parseArgs({ options: { items: { type: 'string', default: '0' }, large: { type: 'boolean' } } })
const folder = mkdtempSync(join(tmpdir(), 'lateen-generated-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

const shape = new Shape(Number(values.items), { large: values.large === true })
const cluster = await startGeneratedCluster(shape, certificate())
const path = join(folder, 'kubeconfig')
writeFileSync(path, cluster.kubeconfig, { mode: 0o600 })
console.log(JSON.stringify({ KUBECONFIG: path, KUBE_SERVER: cluster.url, KUBE_TOKEN: cluster.token }))
process.stdin.resume().once('end', () => process.exit(0))

/** TLS costs as much as it does with a real API server. */
function certificate(): { cert: string; key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const make = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=generated'
  const args = [...make.split(' '), '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert]
  execFileSync('openssl', args, { stdio: 'ignore' })
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}
