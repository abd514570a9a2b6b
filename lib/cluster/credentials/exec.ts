import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { LateenError, messageOf } from '../../velero/errors.ts'
import type { KubeconfigExec } from '../kubeconfig/schema.ts'
import type { Selected } from '../kubeconfig/select.ts'
import type { Issued } from './renewing.ts'

/** A credential plugin did not give credentials. */
export class CredentialPluginError extends LateenError {}

/** A plugin that opens a browser or asks a cloud takes seconds; one that takes longer waits for somebody who isn't there. */
const PATIENCE_MS = 60_000

// https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
const execCredential = z.object({
  kind: z.literal('ExecCredential'),
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.iso.datetime({ offset: true }).nullish(),
  }),
})

/** Runs the plugin of a kubeconfig's user, without a terminal, and takes what it prints. */
export async function runExecPlugin(exec: KubeconfigExec, selected: Selected, env: NodeJS.ProcessEnv): Promise<Issued> {
  if (exec.interactiveMode === 'Always') {
    throw new CredentialPluginError(
      `the credential plugin ${exec.command} of user "${selected.userName}" needs a terminal`,
      {
        next: 'Use a user with a token, a certificate or a plugin that runs unattended.',
      },
    )
  }
  const own = Object.fromEntries(exec.env.map(({ name, value }) => [name, value]))
  const output = await run(exec, { ...env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(exec, selected)) })
  const credential = execCredential.safeParse(parseJson(output))
  if (!credential.success || !(credential.data.status.token ?? credential.data.status.clientCertificateData)) {
    throw new CredentialPluginError(
      `the credential plugin ${exec.command} printed no ExecCredential with a token or certificate`,
      {
        next: `Run it by hand: ${[exec.command, ...exec.args].join(' ')}`,
      },
    )
  }
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp: end } = credential.data.status
  return {
    identity: {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      ...(cert && { cert }),
      ...(key && { key }),
    },
    ...(end && { expiresAt: Date.parse(end) }),
  }
}

/** What the plugin may know of the cluster and of us. */
function execInfo(exec: KubeconfigExec, { cluster }: Selected): unknown {
  const config = cluster.extensions.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension
  const told = {
    server: cluster.server,
    'tls-server-name': cluster['tls-server-name'],
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'] || undefined,
    'certificate-authority-data': cluster['certificate-authority-data'],
    'proxy-url': cluster['proxy-url'],
    config,
  }
  return {
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { interactive: false, ...(exec.provideClusterInfo && { cluster: told }) },
  }
}

async function run({ command, args, installHint }: KubeconfigExec, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS })
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  try {
    const [code, output, complaints] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
    if (code === 0) return output
    throw new CredentialPluginError(
      `the credential plugin ${command} failed (${code}): ${complaints.trim().slice(0, 1000)}`,
      {
        next: `Run it by hand: ${[command, ...args].join(' ')}`,
      },
    )
  } catch (error) {
    if (error instanceof CredentialPluginError) throw error
    const next = installHint?.trim() ?? `Install ${command}, or give the kubeconfig's user a token or certificate.`
    throw new CredentialPluginError(`the credential plugin ${command} can't be run: ${messageOf(error)}`, {
      next,
      cause: error,
    })
  }
}

function parseJson(output: string): unknown {
  try {
    return JSON.parse(output)
  } catch {
    // Told by the caller, who names the command.
    return undefined
  }
}
