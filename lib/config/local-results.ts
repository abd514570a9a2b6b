import { createHash } from 'node:crypto'
import { isReadOnly, locationUrl } from './location.ts'
import type { LocationSettings, Settings } from './types.ts'

/**
 * For a command line, which has a disk that stays: what is restored from a location that must not be written to is recorded
 * in the home folder, where no other location is configured for it.
 */
export function withLocalResults(settings: Settings, home: string): Settings {
  const { location, results } = settings
  return results || !isReadOnly(location) ? settings : { ...settings, results: localResults(location, home) }
}

/** The home folder, which exists, is the bucket; the store makes what is below it at the first write. */
function localResults(location: LocationSettings, home: string): LocationSettings {
  const digest = createHash('sha256').update(locationUrl(location)).digest('hex').slice(0, 8)
  // Names are free text in lateen.yaml; the digest keeps those apart that this makes alike.
  const folder = location.name.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 100)
  return {
    name: `${location.name}-results`,
    spec: {
      provider: 'file',
      objectStorage: { bucket: home, prefix: `.local/state/lateen/${folder}-${digest}` },
    },
  }
}
