import { readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { messageOf } from '../../velero/errors.ts'
import { ClusterConfigError } from './errors.ts'
import { mergeKubeconfigs } from './merge.ts'
import { parseKubeconfig } from './parse.ts'
import type { Kubeconfig } from './schema.ts'

export interface Loaded {
  config: Kubeconfig
  /** What errors call it. */
  source: string
}

/** The file that `--kubeconfig` names; it must exist. */
export async function loadFile(path: string): Promise<Loaded> {
  const config = await readKubeconfig(path)
  if (config === undefined) {
    throw new ClusterConfigError(`stat ${path}: no such file or directory`, 'Name an existing file with --kubeconfig.')
  }
  return { config, source: path }
}

/**
 * kubectl's places: the files of $KUBECONFIG, else ~/.kube/config. Files that don't exist are passed over, as kubectl does;
 * undefined where there is none, or nothing in them.
 */
export async function loadDefault(env: NodeJS.ProcessEnv, home: string): Promise<Loaded | undefined> {
  const named = (env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '')
  const paths = named.length > 0 ? named : [join(home, '.kube', 'config')]
  const found = (await Promise.all(paths.map(readKubeconfig))).filter(config => config !== undefined)
  const config = mergeKubeconfigs(found)
  if (config.contexts.length === 0 && config.clusters.length === 0) return undefined
  return { config, source: named.length > 0 ? `KUBECONFIG (${named.join(delimiter)})` : paths.join() }
}

async function readKubeconfig(path: string): Promise<Kubeconfig | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new ClusterConfigError(
      messageOf(error),
      `Make ${path} a readable file, or name another one with --kubeconfig.`,
      error,
    )
  }
  return parseKubeconfig(text, path, path)
}
