import { dirname, isAbsolute, join } from 'node:path'
import { parse } from 'yaml'
import { messageOf } from '../../velero/errors.ts'
import { ClusterConfigError } from './errors.ts'
import { type Kubeconfig, type KubeconfigUser, kubeconfigSchema } from './schema.ts'

/**
 * Reads a kubeconfig's text. `source` is what errors call it; `file`, if it came from one, is what its relative paths are
 * relative to.
 */
export function parseKubeconfig(text: string, source: string, file?: string): Kubeconfig {
  const config = kubeconfigSchema.safeParse(parseYaml(text, source))
  if (!config.success) {
    const issue = config.error.issues[0]
    const field = issue?.path.map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('') ?? ''
    throw new ClusterConfigError(
      `${source} is no kubeconfig: ${field.replace(/^\./, '') || 'the whole file'}: ${issue?.message}`,
      'Correct the file, or name another one with --kubeconfig.',
    )
  }
  return file === undefined ? config.data : withAbsolutePaths(config.data, dirname(file))
}

function parseYaml(text: string, source: string): unknown {
  try {
    // Its warnings would go to standard error, with the text.
    return parse(text, { logLevel: 'error' }) ?? {}
  } catch (error) {
    throw new ClusterConfigError(`${source} is not valid YAML: ${withoutText(messageOf(error))}`, 'Correct the file.')
  }
}

/** The parser quotes the text, which may be a token or a key: only what is wrong and where is told, and no cause is kept. */
function withoutText(message: string): string {
  const [line = ''] = message.split('\n')
  return line.replace(/:$/, '').replace(/: .*(?= at line \d+, column \d+$)|: .*$/, '')
}

function withAbsolutePaths(config: Kubeconfig, folder: string): Kubeconfig {
  const absolute = (path: string | undefined) => (path === undefined || isAbsolute(path) ? path : join(folder, path))
  const inUser = (user: KubeconfigUser): KubeconfigUser => ({
    ...user,
    'client-certificate': absolute(user['client-certificate']),
    'client-key': absolute(user['client-key']),
    tokenFile: absolute(user.tokenFile),
    'auth-provider': user['auth-provider'] && {
      ...user['auth-provider'],
      config: withAbsoluteAuthority(user['auth-provider'].config, absolute),
    },
    // A bare command is looked up in PATH; one with a slash is a path.
    exec: user.exec && {
      ...user.exec,
      command: /[/\\]/.test(user.exec.command) ? (absolute(user.exec.command) ?? '') : user.exec.command,
    },
  })
  return {
    ...config,
    clusters: config.clusters.map(({ name, cluster }) => ({
      name,
      cluster: { ...cluster, 'certificate-authority': absolute(cluster['certificate-authority']) },
    })),
    users: config.users.map(({ name, user }) => ({ name, user: inUser(user) })),
  }
}

function withAbsoluteAuthority(
  config: Record<string, string>,
  absolute: (path: string | undefined) => string | undefined,
): Record<string, string> {
  const authority = absolute(config['idp-certificate-authority'])
  return authority === undefined ? config : { ...config, 'idp-certificate-authority': authority }
}
