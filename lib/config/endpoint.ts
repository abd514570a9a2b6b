import { ConfigError } from './errors.ts'

/** Checks the address of an S3 endpoint, `http://` or `https://`; `source` is the flag, variable or field that it came from. */
export function checkEndpoint(text: string, source: string): string {
  if (!/^https?:\/\//i.test(text)) {
    throw new ConfigError(`${source}: ${JSON.stringify(text)} is not the URL of an S3 endpoint`, {
      next: `Begin it with http:// or https://, such as https://${text.replace(/^.*:\/\//, '') || 'minio.example.com:9000'}.`,
    })
  }
  const url = URL.parse(text)
  if (url === null) throw new ConfigError(`${source}: ${JSON.stringify(text)} is not a valid URL`)
  if (url.username !== '' || url.password !== '') {
    throw new ConfigError(`${source} must not hold a user or password`, {
      next: 'Give keys by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a credentials file.',
    })
  }
  return text
}
