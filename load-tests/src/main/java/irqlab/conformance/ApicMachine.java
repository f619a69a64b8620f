package irqlab.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import irqlab.cpu.lapic.Lapic;
import irqlab.cpu.lapic.LapicConfig;
import irqlab.cpu.lapic.LapicPorts;
import irqlab.i8259.I8259;
import irqlab.ioapic.IoApic;
import irqlab.ioapic.IoApicModule;
import irqlab.ioapic.ResendGuard;
import irqlab.observe.Ledger;
import irqlab.pcie.memory.HostMemory;
import irqlab.pcie.root.RootComplex;
import irqlab.pcie.root.RootWiring;
import irqlab.protocol.ApicDirectory;
import irqlab.protocol.ApicMode;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.LowestPriorityPolicy;
import irqlab.protocol.MemoryMap;
import irqlab.protocol.PicMessage;
import irqlab.protocol.PostedAttributes;
import irqlab.protocol.ProtocolCodecs;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Assembly;
import irqlab.runtime.Board;
import irqlab.runtime.Codecs;
import irqlab.runtime.Message;
import irqlab.runtime.Port;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.runtime.TiePolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine of a recording on a Board: real local APICs, IO-APIC, 8259A pair, root complex and
 * memory, and a {@link HarnessCore} for each CPU. Every link takes 1 ps.
 */
final class ApicMachine {
  /** After each step the Board runs until only alarms are pending, but at most so long. */
  private static final long SETTLE_PS = 1_000_000_000L;

  /** Longer than any running timer of a recording needs. */
  private static final long LONG_TIME_PS = 10_000_000_000L;

  private static final long LINK_PS = 1;
  private static final int FIRST_PAGE = 8;
  private static final int EOI = 0x0B0;
  private static final int LDR = 0x0D0;
  private static final int SVR = 0x0F0;
  private static final int ICR_LOW = 0x300;
  private static final int ICR_HIGH = 0x310;
  private static final int TIMER_INITIAL = 0x380;
  private static final int IO_APIC_TABLE = 0x10;
  private static final int X2APIC_MSRS = 0x800;
  private static final int MSR_APIC_BASE = 0x1B;
  private static final long X2APIC_BASE = 0xFEE0_0C00L;
  private static final int BOOT_CPU = 1 << 8;
  private static final Codecs CODECS = ProtocolCodecs.all();

  private final Board board;
  private final int cpus;
  private final HarnessCore[] cores;
  private final Outside outside;
  private IoApic ioApic;
  private final Ledger ledger = new Ledger();

  /**
   * Builds the machine and brings it to the state in which every recording starts.
   *
   * @param latches what {@link #resetIoApic} of an earlier machine returned, or null
   */
  ApicMachine(JsonNode machine, byte[] latches) {
    cpus = ApicVector.number(machine, "cpus", 1, 255);
    cores = new HarnessCore[cpus];
    List<String> paths = new ArrayList<>(List.of("ioapic/0", "pic", "root", "memory", "outside"));
    for (int cpu = 0; cpu < cpus; cpu++) {
      paths.add(path(cpu, "core"));
      paths.add(path(cpu, "lapic"));
    }
    Assembly assembly = new Assembly(paths);
    for (int cpu = 0; cpu < cpus; cpu++) {
      addCpu(assembly, cpu, apicId(machine, cpu));
    }
    addChips(assembly, machine);
    if (latches != null) {
      ioApic.load(new StateReader(latches, CODECS));
    }
    outside = new Outside(assembly.id("outside"));
    assembly.add("outside", outside);
    board = new Board(assembly.plan(), CODECS, 1, TiePolicy.ID, ledger);
    board.start();
    settle();
    for (int cpu = 0; cpu < cpus; cpu++) {
      startingState(cpu);
    }
    if (machine.path("mode").asText("").equals("x2apic")) {
      for (int cpu = 0; cpu < cpus; cpu++) {
        enterX2Apic(cpu);
      }
    }
  }

  private static int apicId(JsonNode machine, int cpu) {
    JsonNode ids = machine.path("apic_ids");
    if (!ids.has(cpu)) {
      return cpu;
    }
    int id = ids.get(cpu).asInt(-1);
    if (id < 0 || id > 254) {
      throw new MalformedVectorException("apic_ids has " + ids.get(cpu) + ": 0 to 254");
    }
    return id;
  }

  private void addCpu(Assembly assembly, int cpu, int apicId) {
    String core = path(cpu, "core");
    String lapic = path(cpu, "lapic");
    cores[cpu] =
        new HarnessCore(
            cpu,
            FIRST_PAGE,
            assembly.port(core, lapic, LINK_PS),
            assembly.port(core, "root", LINK_PS));
    assembly.add(core, cores[cpu]);
    LapicPorts ports =
        new LapicPorts(
            assembly.port(lapic, core, LINK_PS),
            assembly.bus(lapic, ids(assembly, "lapic"), LINK_PS),
            List.of(assembly.port(lapic, "ioapic/0", LINK_PS)),
            assembly.port(lapic, "pic", LINK_PS),
            assembly.port(lapic, "root", LINK_PS));
    LapicConfig config = LapicConfig.afterReset(cpu, apicId, ApicMode.XAPIC);
    ApicDirectory directory = new ApicDirectory(cpus, 0, ApicMode.XAPIC);
    assembly.add(lapic, new Lapic(config, assembly.id(lapic), ports, directory));
  }

  private void addChips(Assembly assembly, JsonNode machine) {
    int pins = ApicVector.number(machine, "ioapic_pins", 1, 240);
    int version = ApicVector.number(machine, "ioapic_version", 0, 255);
    Port<RootComplexMessage> root = assembly.port("ioapic/0", "root", LINK_PS);
    ioApic = new IoApic(0, pins, version, IoApicModule.REQUESTER, ResendGuard.OFF, root);
    assembly.add("ioapic/0", ioApic);
    assembly.add(
        "pic",
        new I8259(
            assembly.id("pic"),
            assembly.bus("pic", ids(assembly, "lapic"), LINK_PS),
            assembly.port("pic", "ioapic/0", LINK_PS),
            assembly.port("pic", "root", LINK_PS)));
    RootWiring wiring =
        new RootWiring(
            assembly.id("root"),
            assembly.port("root", "memory", LINK_PS),
            assembly.bus("root", ids(assembly, "lapic"), LINK_PS),
            assembly.bus("root", ids(assembly, "core"), LINK_PS),
            List.of(),
            List.of(),
            List.of(assembly.port("root", "ioapic/0", LINK_PS)),
            assembly.port("root", "pic", LINK_PS));
    assembly.add(
        "root",
        new RootComplex(
            wiring, new ApicDirectory(cpus, 0, ApicMode.XAPIC), LowestPriorityPolicy.LOWEST_TPR));
    assembly.add(
        "memory",
        new HostMemory(
            assembly.port("memory", "root", LINK_PS),
            assembly.bus("memory", ids(assembly, "core"), LINK_PS)));
  }

  private int[] ids(Assembly assembly, String chip) {
    int[] ids = new int[cpus];
    for (int cpu = 0; cpu < cpus; cpu++) {
      ids[cpu] = assembly.id(path(cpu, chip));
    }
    return ids;
  }

  private static String path(int cpu, String chip) {
    return "cpu/" + cpu + "/" + chip;
  }

  /** Software enabled with spurious vector 0x0F, and the ICR as a self-IPI of 0xF0 leaves it. */
  private void startingState(int cpu) {
    write(cpu, SVR, 0x10F);
    write(cpu, LDR, cpu < 8 ? 1 << (24 + cpu) : 0);
    write(cpu, ICR_LOW, 0x440F0);
    accept(cpu);
    endOfInterrupt(cpu);
  }

  /** Writes IA32_APIC_BASE with EN and EXTD set. */
  void enterX2Apic(int cpu) {
    task(cpu, HarnessCore.MSR_WRITE, MSR_APIC_BASE, X2APIC_BASE | (cpu == 0 ? BOOT_CPU : 0));
  }

  int cpus() {
    return cpus;
  }

  HarnessCore core(int cpu) {
    return cores[cpu];
  }

  // --- operations of a CPU ---

  /** A register access in the mode that the CPU is in: the page, or the register's MSR. */
  void write(int cpu, int offset, long value) {
    if (x2Apic(cpu)) {
      task(cpu, HarnessCore.MSR_WRITE, X2APIC_MSRS + (offset >> 4), value & 0xFFFF_FFFFL);
    } else {
      task(cpu, HarnessCore.REGISTER_WRITE, offset, value);
    }
  }

  /** As {@link #write}. */
  long read(int cpu, int offset) {
    boolean x2Apic = x2Apic(cpu);
    int what = x2Apic ? HarnessCore.MSR_READ : HarnessCore.REGISTER_READ;
    task(cpu, what, x2Apic ? X2APIC_MSRS + (offset >> 4) : offset, 0);
    return cores[cpu].value();
  }

  /** One operation of {@link HarnessCore}. */
  void task(int cpu, int what, long a, long b) {
    put(path(cpu, "core"), new CpuMessage.Task(what, a, b));
  }

  /** ICR high, then low; one MSR write in x2APIC mode. */
  void sendIpi(int cpu, long icr) {
    if (x2Apic(cpu)) {
      task(cpu, HarnessCore.MSR_WRITE, X2APIC_MSRS + (ICR_LOW >> 4), icr);
    } else {
      write(cpu, ICR_HIGH, icr >>> 32);
      write(cpu, ICR_LOW, icr & 0xFFFF_FFFFL);
    }
  }

  void endOfInterrupt(int cpu) {
    write(cpu, EOI, 0);
  }

  /** A short interrupt window: the vector that was taken, or {@link HarnessCore#NONE}. */
  int accept(int cpu) {
    task(cpu, HarnessCore.ACKNOWLEDGE, 0, 0);
    return cores[cpu].vector();
  }

  boolean x2Apic(int cpu) {
    return mode(lapic(cpu)) == ApicMode.X2APIC;
  }

  static ApicMode mode(Registers lapic) {
    long base = lapic.get("base");
    if ((base & 1 << 11) == 0) {
      return ApicMode.DISABLED;
    }
    return (base & 1 << 10) == 0 ? ApicMode.XAPIC : ApicMode.X2APIC;
  }

  // --- operations of devices ---

  void message(long address, int data) {
    long id = raise();
    put(
        "root",
        new RootComplexMessage.MsiWrite(
            id, board.nowPs(), address, data, 0, PostedAttributes.NONE));
  }

  void ioApicPin(int pin, boolean asserted) {
    long id = asserted ? raise() : 0;
    put("ioapic/0", new IoApicMessage.Line(pin, asserted, outside.id(), id, board.nowPs()));
  }

  void picLine(int line, boolean asserted) {
    long id = asserted ? raise() : 0;
    put("pic", new PicMessage.Line(line, asserted, outside.id(), id, board.nowPs()));
  }

  private long raise() {
    long id = outside.next();
    ledger.raised(id);
    return id;
  }

  // --- operations of CPU 0 on the chips ---

  void ioApicWrite(int index, long value) {
    task(0, HarnessCore.MEMORY_WRITE, MemoryMap.IO_APICS + IoApic.INDEX, index);
    task(0, HarnessCore.MEMORY_WRITE, MemoryMap.IO_APICS + IoApic.WINDOW, value & 0xFFFF_FFFFL);
  }

  long ioApicRead(int index) {
    task(0, HarnessCore.MEMORY_WRITE, MemoryMap.IO_APICS + IoApic.INDEX, index);
    task(0, HarnessCore.MEMORY_READ, MemoryMap.IO_APICS + IoApic.WINDOW, 0);
    return cores[0].value() & 0xFFFF_FFFFL;
  }

  void ioApicEoi(int vector) {
    task(0, HarnessCore.MEMORY_WRITE, MemoryMap.IO_APICS + IoApic.EOI, vector);
  }

  /**
   * Puts the IO-APIC back as the recorder did, by lowering pins and writing entries.
   *
   * @return its state, with the request latches that this does not reach; null when there are none
   */
  byte[] resetIoApic() {
    int pins = (int) ioApic().get("pins");
    for (int pin = 0; pin < pins; pin++) {
      ioApicPin(pin, false);
    }
    for (int pin = 0; pin < pins; pin++) {
      ioApicWrite(IO_APIC_TABLE + 2 * pin, 1 << 16);
      ioApicWrite(IO_APIC_TABLE + 2 * pin + 1, 0);
    }
    if (ioApic().list("request").equals("[]")) {
      return null;
    }
    StateWriter out = new StateWriter(CODECS);
    ioApic.save(out);
    return out.toBytes();
  }

  void portWrite(int port, int value) {
    task(0, HarnessCore.PORT_WRITE, port, value);
  }

  long portRead(int port) {
    task(0, HarnessCore.PORT_READ, port, 0);
    return cores[0].value() & 0xFF;
  }

  // --- time ---

  /** Starts the timer and waits for its vector in IRR; false when it did not come. */
  boolean startTimer(int cpu, long initial, int vector) {
    write(cpu, TIMER_INITIAL, initial);
    return waitFor(cpu, vector);
  }

  /** Waits until the vector is in IRR, at most a long time after the timer's expiry. */
  boolean waitFor(int cpu, int vector) {
    long expiryPs = Math.max(board.nowPs(), lapic(cpu).get("timer.expiryPs"));
    board.runUntil(expiryPs + LONG_TIME_PS, () -> lapic(cpu).test("irr", vector));
    boolean arrived = lapic(cpu).test("irr", vector);
    settle();
    return arrived;
  }

  void stopTimer(int cpu) {
    write(cpu, TIMER_INITIAL, 0);
  }

  /** Longer than any running timer needs. */
  void letTimePass() {
    long untilPs = board.nowPs() + LONG_TIME_PS;
    for (int cpu = 0; cpu < cpus; cpu++) {
      untilPs = Math.max(untilPs, lapic(cpu).get("timer.expiryPs") + LINK_PS);
    }
    board.runBefore(untilPs);
    settle();
  }

  private void put(String path, Message message) {
    board.inject(path, message);
    settle();
  }

  private void settle() {
    long limitPs = board.nowPs() + SETTLE_PS;
    for (long lastPs = board.lastInFlightPs();
        lastPs >= 0 && board.nowPs() < limitPs;
        lastPs = board.lastInFlightPs()) {
      board.runBefore(Math.min(lastPs + 1, limitPs));
    }
  }

  // --- state ---

  Registers lapic(int cpu) {
    return show(path(cpu, "lapic"));
  }

  Registers ioApic() {
    return show("ioapic/0");
  }

  Registers pic() {
    return show("pic");
  }

  private Registers show(String path) {
    Registers registers = new Registers();
    board.inspect(path, registers);
    return registers;
  }

  /** True when every raise has a fate or waits somewhere; last of all calls. */
  boolean balanced() {
    board.closeBooks();
    return ledger.balanced();
  }
}
