package irqlab.pcie.root;

import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.protocol.ApicDirectory;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.EndpointMessage;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.LowestPriorityPolicy;
import irqlab.protocol.MemoryMap;
import irqlab.protocol.MemoryMessage;
import irqlab.protocol.Msi;
import irqlab.protocol.PicMessage;
import irqlab.protocol.PostedAttributes;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.Port;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The root complex: it decodes addresses, keeps posted writes in order and turns interrupt messages
 * into bus messages.
 *
 * <p>An address that nobody decodes reads as all ones and swallows writes, counted as {@link
 * Counter#BAD_ACCESS}; so does a function that does not exist.
 *
 * <p>Source: PCI Express Base Specification, "Transaction Ordering" (PCI-001, PCI-004 to PCI-008);
 * SDM vol. 3, "Message Signalled Interrupts".
 *
 * <p><b>Not modelled:</b> bridges and more than one PCI domain; configuration by ports 0xCF8 and
 * 0xCFC; loads of host memory by cores, which have a port of their own to it; an interrupt message
 * whose address is ordinary memory is lost and stores nothing.
 */
public final class RootComplex
    implements Component<RootComplexMessage>, RootComplexMessage.Handler {
  /** The alarm that ends the wait of a held message; its data is the stream. */
  static final int RELEASE = 1;

  private static final long ALL_ONES = -1L;

  private static final int BAR_SHIFT = Integer.numberOfTrailingZeros(MemoryMap.BAR_BYTES);
  private static final int IO_APIC_SHIFT = Integer.numberOfTrailingZeros(MemoryMap.IO_APIC_BYTES);
  private static final int LEGACY_SHIFT = Integer.numberOfTrailingZeros(MemoryMap.LEGACY_BYTES);

  private final RootWiring wiring;
  private final Port<MemoryMessage> memory;
  private final InterruptRouter router;
  private final OrderPoint order;
  private final PostedCredits credits;
  private final ResetPorts resets = new ResetPorts();
  private final int functions;

  /**
   * After reset.
   *
   * @param directory what it knows of the local APICs; owned from now on
   * @param policy who gets an interrupt of lowest priority
   */
  public RootComplex(RootWiring wiring, ApicDirectory directory, LowestPriorityPolicy policy) {
    this.wiring = wiring;
    this.memory = wiring.memory();
    router = new InterruptRouter(wiring.componentId(), wiring.lapics(), directory, policy);
    int[] requesters =
        wiring.functions().stream().mapToInt(RootWiring.Function::requester).toArray();
    functions = requesters.length;
    order = new OrderPoint(requesters, memory.latencyPs());
    credits = new PostedCredits(wiring.functions(), wiring.postedCredits());
  }

  @Override
  public void on(RootComplexMessage message, Io<RootComplexMessage> io) {
    message.to(this, io);
  }

  /** MSG-001: held behind earlier writes of its requester, unless it is relaxed (PCI-007). */
  @Override
  public void onMsiWrite(RootComplexMessage.MsiWrite message, Io<RootComplexMessage> io) {
    int stream = order.stream(message.requester(), message.attributes());
    boolean strong = (message.attributes() & PostedAttributes.RELAXED) == 0;
    if (strong && order.mustHold(stream, io.nowPs(), router.latencyPs())) {
      order.hold(stream, router.latencyPs(), message, io);
    } else {
      forward(message, io);
    }
  }

  // A held message keeps its place in the receive buffer until here.
  private void forward(RootComplexMessage.MsiWrite message, Io<RootComplexMessage> io) {
    credits.freed(order.function(message.requester()), io);
    if (Msi.isInterrupt(message.address())) {
      router.deliver(message.id(), message.raisedPs(), message.address(), message.data(), io);
    } else {
      io.probe().count(Counter.NO_ROUTE);
      io.probe().closed(message.id(), Fate.LOST_NO_ROUTE);
    }
  }

  @Override
  public void onDmaWrite(RootComplexMessage.DmaWrite message, Io<RootComplexMessage> io) {
    long address = message.address();
    if (inMemory(address)) {
      order.wrote(order.stream(message.requester(), message.attributes()), io.nowPs());
      io.send(memory, new MemoryMessage.Write(address, message.word()));
      credits.freed(order.function(message.requester()), io);
    } else if (Msi.isInterrupt(address)) {
      // An MSI is a memory write and nothing else: this one has no name yet.
      int data = (int) message.word();
      long id = router.raise(Msi.vector(data), io);
      onMsiWrite(
          new RootComplexMessage.MsiWrite(
              id, io.nowPs(), address, data, message.requester(), message.attributes()),
          io);
    } else {
      write(address, message.word(), io);
      credits.freed(order.function(message.requester()), io);
    }
  }

  /** A read pushes earlier posted writes: it follows them on the port to memory (PCI-006). */
  @Override
  public void onDmaRead(RootComplexMessage.DmaRead message, Io<RootComplexMessage> io) {
    if (inMemory(message.address())) {
      io.send(
          memory, new MemoryMessage.DmaLine(message.requester(), message.tag(), message.address()));
    } else {
      io.probe().count(Counter.BAD_ACCESS);
      onLineDone(
          new RootComplexMessage.LineDone(
              message.requester(), message.tag(), -1, -1, -1, -1, -1, -1, -1, -1),
          io);
    }
  }

  @Override
  public void onCpuWrite(RootComplexMessage.CpuWrite message, Io<RootComplexMessage> io) {
    if (inMemory(message.address())) {
      io.send(memory, new MemoryMessage.Write(message.address(), message.value()));
    } else {
      write(message.address(), message.value(), io);
    }
  }

  @Override
  public void onCpuRead(RootComplexMessage.CpuRead message, Io<RootComplexMessage> io) {
    long address = message.address();
    int page = function(address);
    if (page >= 0) {
      int offset = (int) (address & MemoryMap.BAR_BYTES - 1);
      io.send(
          wiring.functions().get(page).port(),
          new EndpointMessage.MmioRead(message.cpu(), message.tag(), offset));
      return;
    }
    page = ioApic(address);
    if (page >= 0) {
      int offset = (int) (address & MemoryMap.IO_APIC_BYTES - 1);
      io.send(
          wiring.ioApics().get(page),
          new IoApicMessage.RegisterRead(message.cpu(), message.tag(), offset));
      return;
    }
    page = legacy(address);
    if (page >= 0) {
      int offset = (int) (address & MemoryMap.LEGACY_BYTES - 1);
      io.send(
          wiring.legacy().get(page),
          new EndpointMessage.MmioRead(message.cpu(), message.tag(), offset));
      return;
    }
    io.probe().count(Counter.BAD_ACCESS);
    answer(message.cpu(), message.tag(), ALL_ONES, io);
  }

  private void write(long address, long value, Io<RootComplexMessage> io) {
    int page = function(address);
    if (page >= 0) {
      int offset = (int) (address & MemoryMap.BAR_BYTES - 1);
      io.send(wiring.functions().get(page).port(), new EndpointMessage.MmioWrite(offset, value));
      return;
    }
    page = ioApic(address);
    if (page >= 0) {
      int offset = (int) (address & MemoryMap.IO_APIC_BYTES - 1);
      io.send(wiring.ioApics().get(page), new IoApicMessage.RegisterWrite(offset, (int) value));
      return;
    }
    page = legacy(address);
    if (page >= 0) {
      int offset = (int) (address & MemoryMap.LEGACY_BYTES - 1);
      io.send(wiring.legacy().get(page), new EndpointMessage.MmioWrite(offset, value));
      return;
    }
    io.probe().count(Counter.BAD_ACCESS);
  }

  @Override
  public void onConfigWrite(RootComplexMessage.ConfigWrite message, Io<RootComplexMessage> io) {
    int function = order.function(message.bdf());
    if (function < 0) {
      io.probe().count(Counter.BAD_ACCESS);
      answer(message.cpu(), message.tag(), 0, io);
      return;
    }
    io.send(
        wiring.functions().get(function).port(),
        new EndpointMessage.ConfigWrite(
            message.cpu(), message.tag(), message.offset(), message.sizeBytes(), message.value()));
  }

  /** An absent function reads as all ones: that is how software looks for functions. */
  @Override
  public void onConfigRead(RootComplexMessage.ConfigRead message, Io<RootComplexMessage> io) {
    int function = order.function(message.bdf());
    if (function < 0) {
      int bits = 8 * Math.min(4, Math.max(1, message.sizeBytes()));
      answer(message.cpu(), message.tag(), ALL_ONES >>> (64 - bits), io);
      return;
    }
    io.send(
        wiring.functions().get(function).port(),
        new EndpointMessage.ConfigRead(
            message.cpu(), message.tag(), message.offset(), message.sizeBytes()));
  }

  @Override
  public void onPortWrite(RootComplexMessage.PortWrite message, Io<RootComplexMessage> io) {
    if (ofPic(message.port())) {
      io.send(wiring.pic(), new PicMessage.PortWrite(message.port(), message.value()));
    } else if (ResetPorts.has(message.port())) {
      if (resets.write(message.port(), message.value())) {
        pulseInit(io);
      }
    } else {
      io.probe().count(Counter.BAD_ACCESS);
    }
    answer(message.cpu(), message.tag(), 0, io);
  }

  // INIT# goes to every CPU. It is no interrupt message, so it has no name in the books.
  private void pulseInit(Io<RootComplexMessage> io) {
    for (int cpu = 0; cpu < wiring.cores().members(); cpu++) {
      io.send(wiring.cores(), cpu, new CpuMessage.Init(0, io.nowPs()));
    }
  }

  @Override
  public void onPortRead(RootComplexMessage.PortRead message, Io<RootComplexMessage> io) {
    if (ofPic(message.port())) {
      io.send(wiring.pic(), new PicMessage.PortRead(message.cpu(), message.tag(), message.port()));
    } else if (ResetPorts.has(message.port())) {
      answer(message.cpu(), message.tag(), resets.read(message.port()), io);
    } else {
      io.probe().count(Counter.BAD_ACCESS);
      answer(message.cpu(), message.tag(), 0xFF, io);
    }
  }

  @Override
  public void onReadDone(RootComplexMessage.ReadDone message, Io<RootComplexMessage> io) {
    answer(message.cpu(), message.tag(), message.value(), io);
  }

  /** PCI-005: a completion does not pass earlier posted writes of any device. */
  private void answer(int cpu, int tag, long value, Io<RootComplexMessage> io) {
    long latencyPs = wiring.cores().latencyPs();
    if (order.mustHold(order.reads(), io.nowPs(), latencyPs)) {
      order.hold(order.reads(), latencyPs, new RootComplexMessage.ReadDone(cpu, tag, value), io);
    } else {
      io.send(wiring.cores(), cpu, new CpuMessage.Completion(tag, value));
    }
  }

  @Override
  public void onLineDone(RootComplexMessage.LineDone message, Io<RootComplexMessage> io) {
    int function = order.function(message.requester());
    if (function < 0) {
      io.probe().count(Counter.BAD_ACCESS);
      return;
    }
    io.send(
        wiring.functions().get(function).port(),
        new EndpointMessage.LineCompletion(
            message.tag(),
            message.w0(),
            message.w1(),
            message.w2(),
            message.w3(),
            message.w4(),
            message.w5(),
            message.w6(),
            message.w7()));
  }

  /** PCI-001, PCI-005: an INTx message is posted and ordered behind earlier posted writes. */
  @Override
  public void onIntx(RootComplexMessage.Intx message, Io<RootComplexMessage> io) {
    int stream = order.stream(message.requester(), PostedAttributes.NONE);
    RootWiring.Wire wire = wire(message);
    long latencyPs = latencyPs(wire);
    if (order.mustHold(stream, io.nowPs(), latencyPs)) {
      order.hold(stream, latencyPs, message, io);
    } else {
      forward(message, wire, io);
    }
  }

  private RootWiring.Wire wire(RootComplexMessage.Intx message) {
    int function = order.function(message.requester());
    return function < 0
        ? RootWiring.Wire.NOWHERE
        : wiring.functions().get(function).wires().get(message.pin() - 1 & 3);
  }

  private long latencyPs(RootWiring.Wire wire) {
    if (wire.pic()) {
      return wiring.pic().latencyPs();
    }
    return wire.ioApic() < 0 ? 1 : wiring.ioApics().get(wire.ioApic()).latencyPs();
  }

  private void forward(
      RootComplexMessage.Intx message, RootWiring.Wire wire, Io<RootComplexMessage> io) {
    int function = order.function(message.requester());
    credits.freed(function, io);
    int source = function < 0 ? -1 : wiring.functions().get(function).source();
    if (wire.pic()) {
      io.send(
          wiring.pic(),
          new PicMessage.Line(
              wire.pin(), message.asserted(), source, message.id(), message.raisedPs()));
    } else if (wire.ioApic() >= 0) {
      io.send(
          wiring.ioApics().get(wire.ioApic()),
          new IoApicMessage.Line(
              wire.pin(), message.asserted(), source, message.id(), message.raisedPs()));
    } else if (message.id() != 0) {
      io.probe().count(Counter.NO_ROUTE);
      io.probe().closed(message.id(), Fate.LOST_NO_ROUTE);
    }
  }

  @Override
  public void onDirectoryUpdate(
      RootComplexMessage.DirectoryUpdate message, Io<RootComplexMessage> io) {
    router.update(message);
  }

  /** The wait of the oldest held message of a stream ends. */
  @Override
  public void onAlarm(RootComplexMessage.Alarm message, Io<RootComplexMessage> io) {
    RootComplexMessage released = order.release((int) message.data());
    if (released instanceof RootComplexMessage.MsiWrite msi) {
      forward(msi, io);
    } else if (released instanceof RootComplexMessage.Intx intx) {
      forward(intx, wire(intx), io);
    } else if (released instanceof RootComplexMessage.ReadDone done) {
      io.send(wiring.cores(), done.cpu(), new CpuMessage.Completion(done.tag(), done.value()));
    } else {
      throw new IllegalStateException("released=" + released);
    }
  }

  private static boolean inMemory(long address) {
    return address >= 0 && address < MemoryMap.BARS;
  }

  private static boolean ofPic(int port) {
    return switch (port) {
      case 0x20, 0x21, 0xA0, 0xA1, 0x4D0, 0x4D1 -> true;
      default -> false;
    };
  }

  private int function(long address) {
    return page(address - MemoryMap.BARS, BAR_SHIFT, functions);
  }

  private int ioApic(long address) {
    return page(address - MemoryMap.IO_APICS, IO_APIC_SHIFT, wiring.ioApics().size());
  }

  private int legacy(long address) {
    return page(address - MemoryMap.LEGACY, LEGACY_SHIFT, wiring.legacy().size());
  }

  private static int page(long distance, int shift, int count) {
    long page = distance >> shift;
    return page >= 0 && page < count ? (int) page : -1;
  }

  @Override
  public void save(StateWriter out) {
    router.save(out);
    order.save(out);
    credits.save(out);
    resets.save(out);
  }

  @Override
  public void load(StateReader in) {
    router.load(in);
    order.load(in);
    credits.load(in);
    resets.load(in);
  }

  @Override
  public void inspect(Inspector out) {
    order.inspect(out);
    credits.inspect(out);
  }
}
