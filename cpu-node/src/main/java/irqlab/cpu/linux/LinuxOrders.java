package irqlab.cpu.linux;

import irqlab.protocol.KernelMessage;
import irqlab.topology.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** How the outside world uses the interfaces of the kernel. */
public final class LinuxOrders {
  private LinuxOrders() {}

  /**
   * A write to {@code /proc/irq/N/smp_affinity_list}: to be sent to the kernel in this order.
   *
   * @param cpus of the mask, at least one
   */
  public static List<KernelMessage.Order> writeAffinity(int irq, Collection<Integer> cpus) {
    CpuMask mask = CpuMask.EMPTY;
    for (int cpu : cpus) {
      mask = mask.with(cpu);
    }
    List<KernelMessage.Order> orders = new ArrayList<>();
    for (int word = 0; word < mask.wordCount(); word++) {
      if (mask.word(word) != 0) {
        orders.add(new KernelMessage.Order(KernelCalls.MASK_WORD, word, mask.word(word)));
      }
    }
    orders.add(new KernelMessage.Order(KernelCalls.WRITE_AFFINITY, irq, 0));
    return orders;
  }

  /** A write to {@code /sys/devices/system/cpu/cpuN/online}. */
  public static KernelMessage.Order cpuOnline(int cpu, boolean online) {
    return new KernelMessage.Order(KernelCalls.CPU_ONLINE, cpu, online ? 1 : 0);
  }

  /**
   * The number of a source's interrupt.
   *
   * @param source name of an endpoint, or id of a legacy device
   * @param entry of the endpoint; not looked at for a legacy device
   */
  public static int irqOf(Topology topology, String source, int entry) {
    for (int i = 0; i < topology.endpoints().size(); i++) {
      if (topology.endpoints().get(i).name().equals(source)) {
        return new IrqTable(topology).ofEndpoint(i)[entry];
      }
    }
    return topology.legacy(source).orElseThrow().irq();
  }
}
