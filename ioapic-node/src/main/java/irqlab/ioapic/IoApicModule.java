package irqlab.ioapic;

import irqlab.i8259.I8259;
import irqlab.legacy.LegacySource;
import irqlab.legacy.LegacyWiring;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.PicMessage;
import irqlab.runtime.Assembly;
import irqlab.runtime.Port;
import irqlab.topology.EndpointSpec;
import irqlab.topology.IoApicSpec;
import irqlab.topology.LegacySpec;
import irqlab.topology.MsiKind;
import irqlab.topology.NodeModule;
import irqlab.topology.Role;
import irqlab.topology.Topology;
import irqlab.topology.Trigger;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Builds {@code ioapic/N}, {@code pic} and {@code legacy/ID}.
 *
 * <p>Lines: a legacy device drives the pin of its GSI and, for irq 0 to 15 but not 2, the line of
 * the 8259A pair; irq 0 is on GSI 2 by the topology (IOA-019). The pair's INT goes to LINT0 of
 * every CPU and to pin 0 of the IO-APIC whose GSIs begin at 0 (PIC-016). An edge source gives a
 * pulse as long as its wire; without an IO-APIC it stays high until the driver's access or its next
 * raise, since an 8259A forgets a request whose line drops.
 */
public final class IoApicModule implements NodeModule {
  /** What the messages of the first IO-APIC carry as requester; the next ones count on. */
  public static final int REQUESTER = 0xF0F8;

  private static final String PIC = "pic";
  private static final String ROOT = "root";
  private static final int PIC_CASCADE = 2;
  private static final int PIC_LINES = 16;

  @Override
  public Role role() {
    return Role.IOAPIC;
  }

  @Override
  public void build(Topology topology, Assembly assembly, Predicate<String> hosted) {
    List<IoApicSpec> chips = topology.ioApics();
    for (int i = 0; i < chips.size(); i++) {
      String path = path(chips.get(i));
      if (hosted.test(path)) {
        IoApicSpec chip = chips.get(i);
        assembly.add(
            path,
            new IoApic(
                chip.id(),
                chip.pins(),
                chip.version(),
                REQUESTER + i,
                new ResendGuard(chip.resendLimit(), chip.resendDelayPs()),
                assembly.port(path, ROOT, topology.links().dmaPs())));
      }
    }
    if (hosted.test(PIC)) {
      addPic(topology, assembly);
    }
    for (LegacySpec source : topology.legacy()) {
      if (hosted.test(path(source))) {
        addSource(source, topology, assembly);
      }
    }
  }

  private static void addPic(Topology topology, Assembly assembly) {
    int[] lapics = new int[topology.cpus()];
    for (int cpu = 0; cpu < lapics.length; cpu++) {
      lapics[cpu] = assembly.id("cpu/" + cpu + "/lapic");
    }
    long linePs = topology.links().linePs();
    Port<IoApicMessage> ioApic =
        topology.ioApicOf(0).map(c -> line(assembly, PIC, path(c), linePs)).orElse(null);
    assembly.add(
        PIC,
        new I8259(
            assembly.id(PIC),
            levelLines(topology),
            assembly.bus(PIC, lapics, topology.links().eoiPs()),
            ioApic,
            assembly.port(PIC, ROOT, topology.links().dmaPs())));
  }

  /** The ELCR as firmware sets it: level legacy devices, and INTx where there is no IO-APIC. */
  static int levelLines(Topology topology) {
    int lines = 0;
    for (LegacySpec source : topology.legacy()) {
      if (source.trigger() == Trigger.LEVEL && source.irq() >= 0 && source.irq() < PIC_LINES) {
        lines |= 1 << source.irq();
      }
    }
    for (EndpointSpec endpoint : topology.endpoints()) {
      int gsi = endpoint.msi() == MsiKind.INTX ? endpoint.gsi().orElse(PIC_LINES) : PIC_LINES;
      if (topology.ioApics().isEmpty() && gsi < PIC_LINES) {
        lines |= 1 << gsi;
      }
    }
    return lines;
  }

  private static void addSource(LegacySpec source, Topology topology, Assembly assembly) {
    String path = path(source);
    long linePs = topology.links().linePs();
    Optional<IoApicSpec> chip = topology.ioApicOf(source.gsi());
    boolean onPic = source.irq() >= 0 && source.irq() < PIC_LINES && source.irq() != PIC_CASCADE;
    Port<PicMessage> pic = onPic ? assembly.port(path, PIC, linePs) : null;
    LegacyWiring wiring =
        new LegacyWiring(
            chip.map(c -> line(assembly, path, path(c), linePs)).orElse(null),
            chip.map(c -> source.gsi() - c.gsiBase()).orElse(0),
            pic,
            source.irq(),
            assembly.port(path, ROOT, topology.links().dmaPs()));
    boolean pulse = source.trigger() == Trigger.EDGE && chip.isPresent();
    long holdPs = pulse ? linePs : LegacySource.HOLD_UNTIL_NEXT;
    assembly.add(path, new LegacySource(assembly.id(path), source.trigger(), holdPs, wiring));
  }

  private static Port<IoApicMessage> line(Assembly assembly, String from, String to, long linePs) {
    return assembly.port(from, to, linePs);
  }

  private static String path(IoApicSpec chip) {
    return "ioapic/" + chip.id();
  }

  private static String path(LegacySpec source) {
    return "legacy/" + source.id();
  }
}
