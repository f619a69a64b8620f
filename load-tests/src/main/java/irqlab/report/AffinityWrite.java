package irqlab.report;

import irqlab.cpu.linux.Errno;
import irqlab.load.RunResult;
import irqlab.load.Snapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * One write to {@code smp_affinity} and what the writer was told.
 *
 * @param irq whose affinity
 * @param mask the hexadecimal mask
 * @param errno 0, or the error number
 * @param atPs machine time from the end of boot
 */
public record AffinityWrite(int irq, String mask, int errno, long atPs) {
  static List<AffinityWrite> all(RunResult result) {
    Snapshot kernel = result.component("kernel");
    List<AffinityWrite> writes = new ArrayList<>();
    for (int i = 0; kernel.value("affinity." + i + ".irq").isPresent(); i++) {
      String name = "affinity." + i;
      writes.add(
          new AffinityWrite(
              (int) kernel.valueOrZero(name + ".irq"),
              kernel.text(name + ".mask"),
              (int) kernel.valueOrZero(name + ".errno"),
              kernel.valueOrZero(name + ".ps") - Math.max(0, result.bootPs())));
    }
    return writes;
  }

  /** The name of the error, {@code EPERM}; empty when the write was accepted. */
  public String error() {
    for (Errno each : Errno.values()) {
      if (each.number() == errno) {
        return each.name();
      }
    }
    return errno == 0 ? "" : "errno " + errno;
  }

  /** What a shell prints for it, and why the kernel said so. */
  public String reason() {
    return switch (error()) {
      case "" -> "";
      case "EPERM" -> "Operation not permitted: the kernel owns the mask of a managed interrupt";
      case "EIO" -> "Input/output error: the kernel owns the mask of a managed interrupt";
      case "EBUSY" -> "Device or resource busy: an earlier move of it is unfinished";
      case "EINVAL" -> "Invalid argument: no usable CPU in the mask";
      case "ENOSPC" -> "No space left on device: no free vector on these CPUs";
      case "ERANGE" -> "Numerical result out of range: a CPU past the last one";
      case "EOVERFLOW" -> "Value too large for defined data type: a CPU past the last one";
      default -> "refused";
    };
  }
}
