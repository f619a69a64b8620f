package irqlab.bench;

import irqlab.cpu.lapic.Lapic;
import irqlab.cpu.lapic.LapicConfig;
import irqlab.cpu.lapic.LapicPorts;
import irqlab.observe.Ledger;
import irqlab.observe.Probe;
import irqlab.protocol.ApicDirectory;
import irqlab.protocol.ApicMode;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.DeliveryMode;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.LapicMessage;
import irqlab.runtime.Assembly;
import irqlab.runtime.Bus;
import irqlab.runtime.Io;
import irqlab.runtime.Message;
import irqlab.runtime.Port;
import irqlab.runtime.Rng;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one interrupt costs a local APIC: accept, acknowledge, EOI. Beside it the least that a model
 * of it can do: a bitmap that draws the same vectors.
 *
 * <p>One component, no queue: what it sends is counted and forgotten.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LapicBenchmark {
  private static final int DRAWS = 4096;
  private static final LapicMessage INTA = new LapicMessage.Inta();
  private static final LapicMessage EOI = new LapicMessage.RegisterWrite(0x0B0, 0);

  private final int[] vectors = new int[DRAWS];
  private final Counting io = new Counting();
  private final Lapic lapic = chip();
  private final long[] irr = new long[4];
  private final long[] isr = new long[4];
  private int at;

  /** Draws the vectors. */
  public LapicBenchmark() {
    Rng rng = new Rng(1, "bench");
    for (int i = 0; i < DRAWS; i++) {
      vectors[i] = 16 + rng.nextInt(240);
    }
  }

  private static Lapic chip() {
    String path = "cpu/0/lapic";
    Assembly assembly = new Assembly(List.of(path, "cpu/0/core", "ioapic/0"));
    Port<CpuMessage> core = assembly.port(path, "cpu/0/core", 1);
    Bus<LapicMessage> lapics = assembly.bus(path, new int[] {assembly.id(path)}, 1);
    List<Port<IoApicMessage>> ioApics = List.of(assembly.port(path, "ioapic/0", 1));
    return new Lapic(
        LapicConfig.softwareEnabled(0, 0, ApicMode.XAPIC),
        assembly.id(path),
        new LapicPorts(core, lapics, ioApics, null, null),
        ApicDirectory.softwareEnabled(1, 0, ApicMode.XAPIC));
  }

  /** Accept, INTR, INTA, vector, EOI of the component. */
  @Benchmark
  public long acceptDispatchEoi() {
    int vector = vectors[at++ & (DRAWS - 1)];
    lapic.on(new LapicMessage.Interrupt(0, 0, vector, DeliveryMode.FIXED, false, true), io);
    lapic.on(INTA, io);
    lapic.on(EOI, io);
    return io.sent;
  }

  /** The same on two bitmaps: set, find the highest, move, find the highest, clear. */
  @Benchmark
  public long bareBitmap() {
    int vector = vectors[at++ & (DRAWS - 1)];
    irr[vector >>> 6] |= 1L << vector;
    int taken = highest(irr);
    irr[taken >>> 6] &= ~(1L << taken);
    isr[taken >>> 6] |= 1L << taken;
    int ended = highest(isr);
    isr[ended >>> 6] &= ~(1L << ended);
    return ended;
  }

  private static int highest(long[] words) {
    for (int word = 3; word >= 0; word--) {
      if (words[word] != 0) {
        return (word << 6) + 63 - Long.numberOfLeadingZeros(words[word]);
      }
    }
    return -1;
  }

  /** A world that counts what is sent. */
  private static final class Counting implements Io<LapicMessage> {
    private final Ledger ledger = new Ledger();
    private final Rng rng = new Rng(1, "bench");
    private long sent;

    @Override
    public long nowPs() {
      return 0;
    }

    @Override
    public <T extends Message> void send(Port<T> port, T message) {
      sent += message.kind();
    }

    @Override
    public <T extends Message> void sendAfter(Port<T> port, long extraPs, T message) {
      sent += message.kind();
    }

    @Override
    public <T extends Message> void send(Bus<T> bus, int member, T message) {
      sent += message.kind();
    }

    @Override
    public long alarm(long delayPs, LapicMessage message) {
      return ++sent;
    }

    @Override
    public void cancel(long alarm) {
      sent++;
    }

    @Override
    public Rng rng() {
      return rng;
    }

    @Override
    public Probe probe() {
      return ledger;
    }
  }
}
