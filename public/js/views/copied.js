/**
 * Copying what stands in a field. The clipboard is there only on HTTPS and localhost; elsewhere the old way still works.
 */

/**
 * @param {HTMLInputElement} field
 * @returns {Promise<string>} what to say of it
 */
export async function copied(field) {
  field.select()
  const done = await (navigator.clipboard?.writeText(field.value).then(() => true, () => false) ?? document.execCommand('copy'))
  return done ? 'Copied.' : 'Press Ctrl+C to copy.'
}
