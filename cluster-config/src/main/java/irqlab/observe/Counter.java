package irqlab.observe;

/** What is counted at each stage, for the conservation laws of experiment E-83 and for people. */
public enum Counter {
  /** MSI, MSI-X and IO-APIC messages handed to the root complex. */
  MESSAGES_SENT,
  /** IPIs handed to the bus, one for each destination. */
  IPIS_SENT,
  /** Interrupts that a local APIC made itself: timer, error, thermal, performance, LINT. */
  LOCAL_EVENTS,
  /** Requests that reached a local APIC as fixed or lowest priority. */
  LAPIC_RECEIVED,
  /** IRR bits that turned from 0 to 1. */
  IRR_SET,
  /** Requests that found their IRR bit set. */
  IRR_COLLAPSED,
  /** Requests that a local APIC refused: disabled, illegal vector. */
  LAPIC_REFUSED,
  /** Vectors given to a core, the spurious vector not included. */
  DISPATCHED,
  /** Spurious vectors given to a core (LAPIC-012). */
  SPURIOUS,
  /** EOI writes that found ISR empty (LAPIC-013). */
  GRATUITOUS_EOI,
  /** Dispatched and counted by a flow handler in /proc/interrupts (FLW-011). */
  COUNTED,
  /** Dispatched, and absorbed because the interrupt was disabled or in progress (FLW-003). */
  ABSORBED,
  /** Dispatched to a vector without descriptor (IRQ-003). */
  NO_DESCRIPTOR,
  /** Dispatched to a system vector: timer, IPIs. */
  SYSTEM_VECTOR,
  /** Handler runs. */
  HANDLER_RUNS,
  /** Handler runs that found nothing to do. */
  HANDLER_NONE,
  /** Handler runs that a pending flag asked for, not counted in /proc/interrupts. */
  REPLAYS,
  /** Affinity writes accepted. */
  MOVES_REQUESTED,
  /** Moves whose new message was written. */
  MOVES_DONE,
  /** Interrupts handled on the old CPU after its move was done. */
  MOVES_OLD_CPU,
  /** Moves that the allocator refused for good. */
  MOVES_DROPPED,
  /** Register accesses that hardware answers with an error or ignores. */
  BAD_ACCESS,
  /** Completions that a full queue in memory held back at the device. */
  QUEUE_FULL,
  /** Level lines sent again at EOI. */
  LEVEL_RESENT,
  /** Memory reads of devices. */
  DMA_READS,
  /** Calls of cores into the kernel's shared part. */
  KERNEL_CALLS,
  /** Posted memory writes of devices that are not interrupts. */
  DMA_WRITES,
  /** Doorbell writes of drivers. */
  DOORBELLS,
  /** Local timer ticks handled. */
  TICKS,
  /** Writes of an interrupt message that the root complex found no local APIC for. */
  NO_ROUTE,
  /** Vectors of the 8259A that a local APIC passed on; they are among {@link #DISPATCHED}. */
  EXT_INT,
  /** De-asserts of INIT, which no part of today takes notice of (ICR-015). */
  INIT_DEASSERTS,
  /** Interrupts that got another CPU because theirs went offline (MOV-030). */
  OFFLINE_MOVES,
  /** IPIs for vectors that were pending at a CPU that went offline (MOV-030). */
  OFFLINE_RETRIGGERS,
  /** Requests that go by no IRR bit: NMI, SMI, INIT, STARTUP, ExtINT. */
  FORWARDED,
  /** Handlers that ended before the data of their own interrupt had come to memory. */
  BEFORE_DATA,
  /** Posted TLPs of functions that had to wait for flow-control credit. */
  CREDIT_STALLS,
  /** Completions that a device held back because too many TLPs waited for credit. */
  TRANSMIT_FULL,
  /** UpdateFC messages of root ports. */
  CREDIT_UPDATES
}
