// Fetches for the worker, and answers Pyodide's.

/**
 * Makes Pyodide take what is already on its way; each once.
 *
 * @param {Record<string, Promise<Response>>} answers
 */
export function answerFetches(answers) {
  const reallyFetch = self.fetch;
  self.fetch = (resource, options) => {
    const address = resource instanceof Request ? resource.url : String(resource);
    const answer = answers[address];
    delete answers[address];
    return answer ?? reallyFetch(resource, options);
  };
  for (const answer of Object.values(answers)) answer.catch(() => {}); // it is reported to who asks for it
}

/** @param {string} address */
export const bytesOf = async (address) => new Uint8Array(await (await unpacked(await fetch(address))).arrayBuffer());

/**
 * Some hosts unpack .gz files on the way, others do not.
 *
 * @param {Response} response
 */
export async function unpacked(response) {
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  const [first, second] = new Uint8Array(bytes, 0, 2);
  if (first !== 0x1f || second !== 0x8b) return new Response(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
}
