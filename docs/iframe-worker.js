// A page on a disk may not start a worker, which the search runs in. Here its script runs in a hidden frame instead.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.appendChild(frame)
      this.inner = frame.contentWindow
      this.inner.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }))
      this.ready = new Promise((resolve, reject) => {
        const script = frame.contentDocument.createElement("script")
        script.src = url
        script.onload = resolve
        script.onerror = reject
        frame.contentDocument.body.appendChild(script)
      })
    }

    postMessage(data) {
      const message = () => this.inner.dispatchEvent(new this.inner.MessageEvent("message", { data }))
      this.ready.then(message)
    }

    terminate() {
      this.inner.frameElement.remove()
    }
  }
}
