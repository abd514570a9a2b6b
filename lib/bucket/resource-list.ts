const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|\s+/y

/**
 * The entries of NAME-resource-list.json.gz, `{"apps/v1/Deployment":["ns/name"]}`, one by one as key and name, without
 * holding the whole. Throws SyntaxError for what is no such list.
 */
export async function* readResourceList(text: AsyncIterable<string>): AsyncGenerator<[key: string, name: string]> {
  let rest = ''
  let key = ''
  let inList = false
  let ended = false
  for await (const piece of text) {
    rest += piece
    let at = 0
    for (;;) {
      TOKEN.lastIndex = at
      const token = TOKEN.exec(rest)?.[0]
      if (token === undefined) break
      at += token.length
      if (token === '[') inList = true
      else if (token === ']') inList = false
      else if (token === '}') ended = true
      else if (!token.startsWith('"')) continue
      else if (inList) yield [key, JSON.parse(token) as string]
      else key = JSON.parse(token) as string
    }
    rest = rest.slice(at)
    // An entry that does not end within this is none.
    if (rest.length > 64 << 10) throw new SyntaxError('the resource list is not what a backup wrote')
  }
  if (!ended || rest.trim() !== '') throw new SyntaxError('the resource list ends early')
}
