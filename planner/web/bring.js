// Hands to Python what people drop, choose or paste, piece by piece: neither the page nor the plan waits for a long log.

const PIECE = 512 * 1024; // bytes; Python reads so much in less than a tenth of a second

// `send` hands a request to Python and promises its reply; `progress` is told what is being read, "" at the end.
export function bringer({ send, progress }) {
  let turn = 0; // of the last files; earlier ones are no longer wanted
  let out = Promise.resolve(); // what Python has not answered yet: the next request waits for it
  const ask = (request) => (out = out.then(() => send(request)));

  async function pieces(file, isWanted, tell) {
    const decoder = new TextDecoder();
    for (let from = 0; from === 0 || from < file.size; from += PIECE) {
      const bytes = await file.slice(from, from + PIECE).arrayBuffer();
      if (!isWanted()) return;
      const text = decoder.decode(bytes, { stream: from + PIECE < file.size });
      const { more } = await ask({ step: "piece", name: file.name, text, begins: from === 0 });
      if (!isWanted() || !more) return;
      tell(Math.min(from + PIECE, file.size));
    }
  }

  return {
    // Promises Python's last reply, or nothing if it was stopped meanwhile.
    async bring(files) {
      const mine = ++turn;
      const isWanted = () => mine === turn;
      progress("Reading …");
      await ask({ step: "begin" });
      for (const file of files)
        if (isWanted()) await pieces(file, isWanted, (done) => progress(`Reading ${file.name}: ${share(done, file.size)}`));
      if (!isWanted()) return null;
      const reply = await ask({ step: "end" });
      progress("");
      return reply;
    },
    stop(word = "") {
      turn += 1;
      progress(word);
    },
  };
}

const share = (done, whole) => `${Math.round((100 * done) / (whole || 1))} % of ${(whole / 1e6).toFixed(1)} MB`;
