import { describe, expect, it } from 'vitest'
import { cleanPath, readPath } from '../../../../lib/bucket/source/entry-path.ts'

const pod = { resource: 'pods', namespace: 'shop', name: 'web-0' }

describe('a path in an archive', () => {
  it.each([
    ['resources/pods/namespaces/shop/web-0.json', { ...pod, version: '', preferred: false }],
    ['resources/pods/v1-preferredversion/namespaces/shop/web-0.json', { ...pod, version: 'v1', preferred: true }],
    ['resources/pods/v2/namespaces/shop/web-0.json', { ...pod, version: 'v2', preferred: false }],
    [
      'resources/namespaces/cluster/shop.json',
      { resource: 'namespaces', version: '', preferred: false, namespace: '', name: 'shop' },
    ],
    [
      'resources/namespaces/v1-preferredversion/cluster/shop.json',
      { resource: 'namespaces', version: 'v1', preferred: true, namespace: '', name: 'shop' },
    ],
    [
      'resources/pods/namespaces/cluster/web.json',
      { resource: 'pods', version: '', preferred: false, namespace: 'cluster', name: 'web' },
    ],
    [
      'resources/clusterroles.rbac.authorization.k8s.io/cluster/system:a b\\c.json.json',
      {
        resource: 'clusterroles.rbac.authorization.k8s.io',
        version: '',
        preferred: false,
        namespace: '',
        name: 'system:a b\\c.json',
      },
    ],
  ])('tells where an object is: %s', (path, place) => {
    expect(readPath(path)).toEqual(place)
  })

  it.each(['metadata/version', 'metadata/whatever/else'])('may be of the archive itself: %s', path => {
    expect(readPath(path)).toBeUndefined()
  })

  it.each([
    '/etc/passwd',
    '../../etc/passwd',
    'resources/../../x.json',
    'resources/pods/namespaces/../x.json',
    'resources/pods/namespaces/shop/..',
    'resources//pods/cluster/x.json',
    'resources/pods/namespaces//x.json',
    'resources/pods/./cluster/x.json',
    'resources/pods/namespaces/shop/',
    '.',
    '',
    'resources/pods\\..\\..\\x/cluster/x.json',
    'resources/pods/cluster/a\nb.json',
    'resources/pods/cluster/a\0b.json',
    'resources/pods/cluster/\ufffd.json',
    `resources/pods/cluster/${'x'.repeat(9000)}.json`,
  ])('is hostile, or lost: %j', path => {
    expect(readPath(path)).toMatchObject({ hostile: true, problem: expect.stringMatching(/^(is|has|holds|climbs) /) })
  })

  it.each([
    'README.md',
    'other/pods/cluster/x.json',
    'resources/pods/x.json',
    'resources/pods/cluster/x.yaml',
    'resources/pods/cluster/.json',
    'resources/pods/namespaces/shop/deeper/still/x.json',
    'resources',
  ])('may be of nothing that is known: %s', path => {
    expect(readPath(path)).toMatchObject({ hostile: false })
  })

  it('may begin as tar writes it when a folder is packed by hand', () => {
    expect(cleanPath('./resources/pods/cluster/x.json')).toBe('resources/pods/cluster/x.json')
    expect(readPath(cleanPath('././x'))).toMatchObject({ hostile: true })
  })
})
