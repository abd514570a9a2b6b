import { describe, expect, it } from 'vitest'
import { parseBucketUrl } from '../../../lib/config/bucket-url.ts'
import { ConfigError } from '../../../lib/config/errors.ts'

const parse = (text: string) => parseBucketUrl(text, '--bucket', '/work/here')
const refusal = (text: string): ConfigError => {
  try {
    parse(text)
  } catch (error) {
    return error as ConfigError
  }
  throw new Error('was accepted')
}

describe('addresses of buckets', () => {
  it('reads a bucket in S3, with and without prefix, slashes around the prefix not counting', () => {
    expect(parse('s3://backups')).toEqual({ provider: 'aws', bucket: 'backups' })
    expect(parse('s3://backups/')).toEqual({ provider: 'aws', bucket: 'backups' })
    expect(parse('s3://backups/clusters/a/')).toEqual({ provider: 'aws', bucket: 'backups', prefix: 'clusters/a' })
  })

  it('reads a folder, escapes undone', () => {
    expect(parse('file:///srv/backups')).toEqual({ provider: 'file', bucket: '/srv/backups' })
    expect(parse('file:///srv/my%20backups/')).toEqual({ provider: 'file', bucket: '/srv/my backups' })
    expect(parse('file:///srv/a#b?c')).toEqual({ provider: 'file', bucket: '/srv/a#b?c' })
  })

  it.each([
    ['./backups', 'Did you mean file:///work/here/backups?'],
    ['/srv/backups', 'Did you mean file:///srv/backups?'],
    ['backups', 'Did you mean s3://backups?'],
    ['backups/a', 'Did you mean s3://backups/a (a bucket) or file:///work/here/backups/a (a folder)?'],
  ])('suggests the whole address for the bare %s', (text, next) => {
    expect(refusal(text)).toMatchObject({
      message: `--bucket: ${JSON.stringify(text)} has no scheme; use s3://NAME[/PREFIX] or file:///FOLDER`,
      next,
    })
  })

  it.each([
    ['gs://backups', '--bucket: the scheme "gs" is not known; use s3://NAME[/PREFIX] or file:///FOLDER'],
    ['https://minio:9000/b', '--bucket: "https://minio:9000/b" is the address of a server, not of a bucket'],
    ['s3://', '--bucket: "s3://" names no bucket; use s3://NAME[/PREFIX]'],
    ['s3:///prefix', '--bucket: "s3:///prefix" names no bucket; use s3://NAME[/PREFIX]'],
    ['file:///', '--bucket: "file:///" names no folder'],
    ['file://backups', '--bucket: "file://backups" is not the address of an absolute folder'],
    ['file:///a%zz', '--bucket: "file:///a%zz" has a "%" that is not an escape'],
  ])('refuses %s and says why', (text, message) => {
    expect(refusal(text)).toBeInstanceOf(ConfigError)
    expect(refusal(text).message).toBe(message)
  })

  it("refuses what can't be a bucket's name", () => {
    expect(refusal('s3://my bucket').message).toContain('"my bucket" can\'t be a bucket\'s name')
  })
})
