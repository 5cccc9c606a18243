/** Why no socket came about. Node's WebSocket does not say, so a page of the same server is asked for, which fails in the same way, with a reason. */

const WITHIN_MS = 5000
const TRUST = 'for the authority of a house set NODE_EXTRA_CA_CERTS to its file, authority.crt'
const DISTRUST = /CERT|SIGNATURE|ISSUER|ALTNAME/

/**
 * In words for a log; never throws.
 * @param {string} url of the socket
 * @param {typeof fetch} [ask]
 */
export async function troubleWith(url, ask = fetch) {
  try {
    const answer = await ask(new URL('/healthz', url.replace(/^ws/, 'http')), { signal: AbortSignal.timeout(WITHIN_MS), redirect: 'manual' })
    await answer.body?.cancel()
    return `a server answers there (${answer.status}) and lets no socket in`
  } catch (error) {
    const { code = '', message } = /** @type {any} */ (error).cause ?? error
    const said = message || code
    return DISTRUST.test(code) ? `its certificate is not trusted: ${said.split(';')[0]}: ${TRUST}` : said
  }
}
