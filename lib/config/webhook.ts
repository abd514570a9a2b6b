/** What keeps a URL from being a webhook's; without the URL itself. */
export function webhookProblem(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null) return 'must be a URL, https://...'
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password'
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return undefined
  return 'must begin with https://'
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}
