package irqlab.pcie.endpoint;

import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.InterruptId;
import irqlab.observe.Mark;
import irqlab.pcie.config.ConfigSpace;
import irqlab.pcie.config.MessageSink;
import irqlab.pcie.config.MsiCapability;
import irqlab.pcie.config.MsixCapability;
import irqlab.protocol.EndpointMessage;
import irqlab.protocol.MemoryMap;
import irqlab.protocol.PostedAttributes;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.Port;
import irqlab.runtime.Rng;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The bus interface of one PCIe function: configuration space, MSI, MSI-X, INTx and DMA. What the
 * function does is its {@link EndpointModel}.
 *
 * <p>All that leaves goes through one port, so completions push posted writes (PCI-005). A posted
 * TLP (a word of DMA, an MSI or MSI-X message, an INTx message) needs a flow-control credit;
 * without one it waits in the {@link TransmitQueue}, and what comes after it waits behind it. Of
 * each interrupt entry one message waits there, as it was composed, also when software masks the
 * entry or takes bus mastering away meanwhile: it was issued, and the completion of that access is
 * behind it (MSX-009). A further raise of the entry sets its pending bit, and further ones collapse
 * into it. When the message has left, the pending bit posts the next at the end of the queue,
 * behind the data of all that collapsed: no raise is served before its data is there, and an entry
 * that is raised again and again does not put its own message off.
 *
 * <p>A driver must set bus master before the function can write memory or send a message (PCI-009);
 * a raise before that is lost. A raise while neither MSI-X, MSI nor a wire may carry it is lost as
 * masked.
 *
 * <p>Registers are accessed at any offset that the device knows; the MSI-X table a dword at a time
 * (MSX-008): only the low 32 bits of a write count.
 *
 * <p><b>Not modelled:</b> BARs other than BAR 0; moving BAR 0; power states.
 */
public final class EndpointHost
    implements Component<EndpointMessage>, EndpointMessage.Handler, EndpointContext, MessageSink {
  private static final int MSI_MESSAGES = 32;

  private final int componentId;
  private final int requester;
  private final Port<RootComplexMessage> root;
  private final ConfigSpace config;
  private final MsixCapability msix;
  private final MsiCapability msi;
  private final EndpointModel model;
  private final IntxLine line;
  private final long[] sequence;
  private final TransmitQueue transmit;
  // The view of the world during one call; one owner.
  private Io<EndpointMessage> io;

  /** A function whose root port has credits without limit. */
  public EndpointHost(
      int componentId,
      int requester,
      int entries,
      ConfigSpace config,
      EndpointModel model,
      Port<RootComplexMessage> root) {
    this(componentId, requester, entries, config, model, root, 0);
  }

  /**
   * A function after power-up.
   *
   * @param componentId its own, for the names of its interrupts
   * @param requester bus, device and function, 16 bits
   * @param entries how many sources of interrupts the device has
   * @param postedCredits posted header credits of its root port; 0 for no limit
   */
  public EndpointHost(
      int componentId,
      int requester,
      int entries,
      ConfigSpace config,
      EndpointModel model,
      Port<RootComplexMessage> root,
      int postedCredits) {
    this.componentId = componentId;
    this.requester = requester;
    this.root = root;
    this.config = config;
    this.msix = config.msix();
    this.msi = config.msi();
    this.model = model;
    this.line = new IntxLine(entries);
    this.sequence = new long[entries];
    int messages = Math.max(MSI_MESSAGES, msix == null ? 0 : msix.entries());
    this.transmit = new TransmitQueue(postedCredits, messages);
  }

  @Override
  public void on(EndpointMessage message, Io<EndpointMessage> view) {
    io = view;
    message.to(this, view);
  }

  @Override
  public void onMmioWrite(EndpointMessage.MmioWrite message, Io<EndpointMessage> view) {
    int offset = message.offset();
    if (!config.memoryDecoded()) {
      count(Counter.BAD_ACCESS);
    } else if (offset < MemoryMap.MSIX_TABLE || msix == null) {
      model.mmioWrite(offset, message.value(), this);
    } else if (msix.inTable(offset) && (offset & 3) == 0) {
      boolean control = (offset & 12) == 12;
      msix.writeTable(offset, (int) message.value(), config.busMaster(), this);
      if (control) {
        view.probe().mark(Mark.MASK, 0, (offset - MemoryMap.MSIX_TABLE) >> 4, message.value() & 1);
      }
    } else if (msix.inTable(offset) || msix.inPba(offset)) {
      count(Counter.BAD_ACCESS);
    } else {
      model.mmioWrite(offset, message.value(), this);
    }
  }

  @Override
  public void onMmioRead(EndpointMessage.MmioRead message, Io<EndpointMessage> view) {
    answer(message.cpu(), message.tag(), read(message.offset()));
  }

  private long read(int offset) {
    if (!config.memoryDecoded()) {
      count(Counter.BAD_ACCESS);
      return -1;
    }
    if (msix != null && msix.inTable(offset)) {
      return msix.readTable(offset & ~3) & 0xFFFF_FFFFL;
    }
    if (msix != null && msix.inPba(offset)) {
      return msix.readPba(offset);
    }
    return model.mmioRead(offset, this);
  }

  /** What a write allows or forbids takes effect at once: the wire, and pending messages. */
  @Override
  public void onConfigWrite(EndpointMessage.ConfigWrite message, Io<EndpointMessage> view) {
    if (!config.write(message.offset(), message.sizeBytes(), message.value())) {
      count(Counter.BAD_ACCESS);
    }
    if (msi != null) {
      msi.flush(config.busMaster(), this);
    }
    if (msix != null) {
      msix.flush(config.busMaster(), this);
    }
    drive();
    answer(message.cpu(), message.tag(), 0);
  }

  @Override
  public void onConfigRead(EndpointMessage.ConfigRead message, Io<EndpointMessage> view) {
    int value = config.read(message.offset(), message.sizeBytes());
    answer(message.cpu(), message.tag(), value & 0xFFFF_FFFFL);
  }

  @Override
  public void onLineCompletion(EndpointMessage.LineCompletion message, Io<EndpointMessage> view) {
    model.dmaDone(message, this);
  }

  @Override
  public void onCommand(EndpointMessage.Command message, Io<EndpointMessage> view) {
    model.command(message, this);
  }

  @Override
  public void onAlarm(EndpointMessage.Alarm message, Io<EndpointMessage> view) {
    model.alarm(message.what(), message.data(), this);
  }

  private void answer(int cpu, int tag, long value) {
    follow(new RootComplexMessage.ReadDone(cpu, tag, value));
  }

  // What needs no credit, and does not pass posted TLPs.
  private void follow(RootComplexMessage tlp) {
    if (transmit.empty()) {
      io.send(root, tlp);
    } else {
      transmit.add(tlp, TransmitQueue.NO_ENTRY);
    }
  }

  private void post(RootComplexMessage tlp) {
    if (transmit.passes()) {
      io.send(root, tlp);
    } else {
      stall(tlp, TransmitQueue.NO_ENTRY);
    }
  }

  private void stall(RootComplexMessage tlp, int entry) {
    count(Counter.CREDIT_STALLS);
    transmit.add(tlp, entry);
  }

  /** Credits came back: what waits leaves in order, as far as they reach. */
  @Override
  public void onUpdateFc(EndpointMessage.UpdateFc message, Io<EndpointMessage> view) {
    transmit.granted(message.limit());
    while (transmit.ready()) {
      int entry = transmit.headEntry();
      RootComplexMessage tlp = transmit.poll();
      view.send(root, tlp);
      if (entry != TransmitQueue.NO_ENTRY) {
        count(Counter.MESSAGES_SENT);
        pendingOf(entry);
      } else if (tlp instanceof RootComplexMessage.Intx) {
        drive();
      }
    }
    if (transmit.relieved()) {
      model.transmitReady(this);
    }
  }

  // An entry and an MSI message of one number wait for each other when software changes between the
  // two kinds meanwhile, so both are looked at.
  private void pendingOf(int entry) {
    if (msix != null && entry < msix.entries()) {
      msix.flush(entry, config.busMaster(), this);
    }
    if (msi != null && entry < MSI_MESSAGES) {
      msi.flush(config.busMaster(), this);
    }
  }

  @Override
  public boolean transmitFull() {
    return transmit.full();
  }

  @Override
  public long nowPs() {
    return io.nowPs();
  }

  @Override
  public Rng rng() {
    return io.rng();
  }

  @Override
  public void count(Counter counter) {
    io.probe().count(counter);
  }

  @Override
  public long raise(int entry, long intendedPs) {
    long id = InterruptId.of(componentId, entry, ++sequence[entry]);
    io.probe().raised(id);
    io.probe().mark(Mark.RAISE, id, entry, intendedPs);
    if (msix != null && msix.enabled()) {
      if (config.busMaster()) {
        msix.trigger(entry, id, intendedPs, this);
      } else {
        closed(id, Fate.LOST_NOT_MASTER);
      }
    } else if (msi != null && msi.enabled()) {
      if (config.busMaster()) {
        msi.trigger(entry, id, intendedPs, this);
      } else {
        closed(id, Fate.LOST_NOT_MASTER);
      }
    } else if (config.pin() != 0) {
      line.raise(entry, id, intendedPs, this);
      drive();
    } else {
      closed(id, Fate.LOST_MASKED);
    }
    return id;
  }

  @Override
  public void lower(int entry) {
    if (line.lower(entry, this)) {
      drive();
    }
  }

  // PCI-001: one message per change. A wire that comes back after software cut it is a new raise:
  // the old one may have been served meanwhile.
  private void drive() {
    config.interruptStatus(line.active());
    boolean assertNow = line.active() && config.intxPermitted();
    if (assertNow == line.asserted() || transmit.wireBusy()) {
      return;
    }
    if (!assertNow) {
      line.dropped();
      post(new RootComplexMessage.Intx(requester, config.pin(), false, 0, io.nowPs()));
      return;
    }
    if (line.waiting() == 0) {
      int entry = line.activeEntry();
      long id = InterruptId.of(componentId, entry, ++sequence[entry]);
      io.probe().raised(id);
      line.raise(entry, id, io.nowPs(), this);
    }
    long raisedPs = line.waitingRaisedPs();
    long id = line.sent();
    post(new RootComplexMessage.Intx(requester, config.pin(), true, id, raisedPs));
  }

  @Override
  public boolean message(int entry, long id, long raisedPs, long address, int data) {
    if (transmit.holds(entry)) {
      return false;
    }
    RootComplexMessage.MsiWrite tlp =
        new RootComplexMessage.MsiWrite(
            id, raisedPs, address, data, requester, PostedAttributes.NONE);
    if (transmit.passes()) {
      io.probe().count(Counter.MESSAGES_SENT);
      io.send(root, tlp);
    } else {
      stall(tlp, entry);
    }
    return true;
  }

  @Override
  public void closed(long id, Fate fate) {
    io.probe().closed(id, fate);
  }

  @Override
  public void dmaWrite(long address, long word) {
    dmaWrite(address, word, PostedAttributes.NONE);
  }

  @Override
  public void dmaWrite(long address, long word, int attributes) {
    if (config.busMaster()) {
      io.probe().count(Counter.DMA_WRITES);
      post(new RootComplexMessage.DmaWrite(requester, address, word, attributes));
    } else {
      count(Counter.BAD_ACCESS);
    }
  }

  @Override
  public void dmaRead(int tag, long address) {
    if (config.busMaster()) {
      io.probe().count(Counter.DMA_READS);
      follow(new RootComplexMessage.DmaRead(requester, tag, address));
    } else {
      count(Counter.BAD_ACCESS);
    }
  }

  @Override
  public long alarm(long delayPs, int what, long data) {
    return io.alarm(delayPs, new EndpointMessage.Alarm(what, data));
  }

  @Override
  public void cancel(long alarm) {
    io.cancel(alarm);
  }

  @Override
  public void save(StateWriter out) {
    out.putLongs(sequence);
    config.save(out);
    line.save(out);
    transmit.save(out);
    model.save(out);
  }

  @Override
  public void load(StateReader in) {
    System.arraycopy(in.getLongs(), 0, sequence, 0, sequence.length);
    config.load(in);
    line.load(in);
    transmit.load(in);
    model.load(in);
  }

  @Override
  public void inspect(Inspector out) {
    config.inspect(out);
    line.inspect(out);
    transmit.inspect(out);
    model.inspect(out);
  }
}
