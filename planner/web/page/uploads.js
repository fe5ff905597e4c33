// Hands files to Python that the user drops, chooses or pastes, piece by piece: neither the page nor the plan waits for a
// long log.

/** @import { Texts, Uploaded, UploadReply, UploadStep } from "./messages.js" */

const PIECE = 512 * 1024; // bytes; Python reads so much in less than a tenth of a second

export class Uploader {
  #send;
  #progress;
  #turn = 0; // of the last upload; earlier ones are no longer wanted
  /** @type {Promise<UploadReply>} */
  #lastReply = Promise.resolve({}); // the next request waits for it
  /** @type {(reply: UploadReply) => void} */
  #resolveUpload = () => {};
  /** @type {Uploaded["files"]} */
  #files = {};
  /** Answers that the form takes if the user wants them. @type {Texts} */
  offer = {};

  /**
   * @param {object} on
   * @param {(step: UploadStep) => void} on.send asks Python; `reply` then gets what it says
   * @param {(text: string, isReading: boolean) => void} on.progress
   */
  constructor({ send, progress }) {
    this.#send = send;
    this.#progress = progress;
  }

  /**
   * Promises Python's last reply, or null if the upload was stopped meanwhile.
   *
   * @param {File[]} files
   * @returns {Promise<Uploaded | null>}
   */
  async upload(files) {
    const turn = ++this.#turn;
    const isWanted = () => turn === this.#turn;
    this.#progress("Reading …", true);
    await this.#ask({ step: "begin" });
    for (const file of files) if (isWanted()) await this.#uploadPieces(file, isWanted);
    if (!isWanted()) return null;
    const reply = await this.#ask({ step: "end" });
    this.#progress("", false);
    if (!isComplete(reply)) return null;
    this.#files = reply.files;
    this.offer = reply.offer;
    return reply;
  }

  /** @param {UploadReply} reply */
  reply(reply) {
    this.#resolveUpload(reply);
  }

  stop(text = "") {
    this.#turn += 1;
    this.#progress(text, false);
  }

  /** Stops where Python will not reply: it failed, or is a new one. */
  abandon() {
    this.stop();
    this.#resolveUpload({});
  }

  /**
   * Returns the text of a file that the last reply offers to download.
   *
   * @param {string} name
   */
  file(name) {
    return this.#files[name];
  }

  /**
   * @param {UploadStep} step
   * @returns {Promise<UploadReply>}
   */
  #ask(step) {
    this.#lastReply = this.#lastReply.then(
      () =>
        new Promise((resolve) => {
          this.#resolveUpload = resolve;
          this.#send(step);
        }),
    );
    return this.#lastReply;
  }

  /**
   * @param {File} file
   * @param {() => boolean} isWanted
   */
  async #uploadPieces(file, isWanted) {
    const decoder = new TextDecoder();
    for (let from = 0; from === 0 || from < file.size; from += PIECE) {
      const bytes = await file.slice(from, from + PIECE).arrayBuffer();
      if (!isWanted()) return;
      const text = decoder.decode(bytes, { stream: from + PIECE < file.size });
      const { more } = await this.#ask({ step: "piece", name: file.name, text, begins: from === 0 });
      if (!isWanted() || !more) return;
      this.#progress(`Reading ${file.name}: ${share(Math.min(from + PIECE, file.size), file.size)}`, true);
    }
  }
}

/**
 * @param {UploadReply} reply
 * @returns {reply is Uploaded}
 */
const isComplete = (reply) => reply.parts !== undefined;

/**
 * @param {number} done bytes
 * @param {number} whole bytes
 */
const share = (done, whole) => `${Math.round((100 * done) / (whole || 1))} % of ${(whole / 1e6).toFixed(1)} MB`;
