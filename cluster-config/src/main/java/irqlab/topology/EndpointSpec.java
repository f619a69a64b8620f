package irqlab.topology;

import irqlab.protocol.MemoryMap;
import java.util.List;
import java.util.OptionalInt;

/**
 * A PCIe function.
 *
 * @param name its name in paths, {@code pcie/nvme0}; unique
 * @param bdf its address; unique
 * @param kind which device
 * @param msi how it interrupts
 * @param tableSize entries of the MSI-X table, or MSI messages it can send; 1 for INTx
 * @param queues I/O queues of an NVMe controller; 0 for others
 * @param queueDepth entries of each queue
 * @param affinity what its driver asks for
 * @param vectors the used entries, entry n at index n; of an NVMe controller entry 0 is the admin
 *     queue; never more than {@code tableSize}
 * @param gsi the pin of an INTx device; else empty
 * @param handler of each vector
 * @param chip the printed name of the chip when it is not derived from the kernel; else empty
 */
public record EndpointSpec(
    String name,
    Bdf bdf,
    EndpointKind kind,
    MsiKind msi,
    int tableSize,
    int queues,
    int queueDepth,
    Affinity affinity,
    List<VectorSpec> vectors,
    OptionalInt gsi,
    HandlerSpec handler,
    String chip) {
  /** Copies the vectors. */
  public EndpointSpec {
    vectors = List.copyOf(vectors);
  }

  /** Whether the irq of entry {@code index} is managed: an NVMe admin queue never is. */
  public boolean managed(int index) {
    return affinity == Affinity.MANAGED && (kind != EndpointKind.NVME || index > 0);
  }

  /**
   * Host memory of the queues of an NVMe controller, in bytes: the admin queue, the I/O queues, and
   * a queue for each vector that has none.
   */
  public long ringBytes() {
    if (kind != EndpointKind.NVME) {
      return 0;
    }
    long count = Math.max(queues + 1, vectors.size());
    return count * (MemoryMap.submissionBytes(queueDepth) + MemoryMap.completionBytes(queueDepth));
  }

  /** This function with a handler that takes no time. */
  EndpointSpec withoutHandlerCost() {
    return new EndpointSpec(
        name,
        bdf,
        kind,
        msi,
        tableSize,
        queues,
        queueDepth,
        affinity,
        vectors,
        gsi,
        HandlerSpec.FREE,
        chip);
  }

  /** This function with those vectors. */
  EndpointSpec withVectors(List<VectorSpec> next) {
    return new EndpointSpec(
        name, bdf, kind, msi, tableSize, queues, queueDepth, affinity, next, gsi, handler, chip);
  }
}
