import { isAbsolute, relative, sep } from 'node:path'
import type { Config } from '../lib/config/config.ts'

/** The files beside the code that the functions read: lateen.yaml, and what it names below its folder. Others are told of by `unpacked`. */
export function packagedFiles(config: Config, root: string): string[] {
  return [
    'lateen.yaml',
    ...named(config)
      .map(path => relative(root, path))
      .filter(isBelow),
  ]
}

/** Files that lateen.yaml names and the functions won't find. */
export function unpacked(config: Config, root: string): string[] {
  return named(config).filter(path => !isBelow(relative(root, path)))
}

function named({ clusters, locations }: Config): string[] {
  const paths = [
    ...clusters.map(({ kubeconfig }) => kubeconfig),
    ...locations.map(({ credentialsFile }) => credentialsFile),
  ]
  return [...new Set(paths.filter(path => path !== undefined))]
}

const isBelow = (path: string) => path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
