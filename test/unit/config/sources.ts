import type { SettingsSources } from '../../../lib/config/load.ts'

/** Sources of settings in memory: `files` by absolute path, everything else empty unless given. */
export function sources(
  given: Partial<Pick<SettingsSources, 'flags' | 'env'>> & { files?: Record<string, string> } = {},
): SettingsSources {
  return {
    flags: given.flags ?? {},
    env: given.env ?? {},
    cwd: '/work/here',
    home: '/home/ann',
    readFile: async path => {
      const text = given.files?.[path]
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
      return text
    },
  }
}

/** Sources with a lateen.yaml in the working folder. */
export function withFile(text: string, given: Parameters<typeof sources>[0] = {}): SettingsSources {
  return sources({ ...given, files: { ...given.files, '/work/here/lateen.yaml': text } })
}
