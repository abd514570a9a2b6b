import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** AWS' APIs on this machine. */
export interface Moto {
  endpoint: string
  stop(): Promise<void>
}

/** `venv` is a Python environment with moto's server. Its state is its process'. Throws where it does not answer within half a minute. */
export async function startMoto(venv: string): Promise<Moto> {
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const args = ['-H', '127.0.0.1', '-p', String(port)]
  const child = spawn(join(venv, 'bin/moto_server'), args, { stdio: 'ignore', env: { PATH: process.env.PATH } })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
  }
  for (let i = 0; i < 150; i++) {
    if (child.exitCode !== null) break
    if (
      await fetch(`${endpoint}/moto-api/`).then(
        answer => answer.ok,
        () => false,
      )
    )
      return { endpoint, stop }
    await sleep(200)
  }
  await stop()
  throw new Error(`moto_server of ${venv} did not start`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
