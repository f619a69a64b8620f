package irqlab.ioapic;

import irqlab.protocol.Bits;
import irqlab.protocol.DeliveryMode;
import irqlab.protocol.Msi;

/**
 * Redirection table entry (RTE): where and how the interrupt of one pin is delivered.
 *
 * <pre>
 *  63      56 55         49  48  47      17 16  15  14  13  12  11 10  8 7      0
 * +----------+-------------+----+----------+---+---+---+---+---+---+----+--------+
 * |   dest   | dest 14:8   | IF |   ----   | M | T |RIR| P | DS| DM|mode| vector |
 * +----------+-------------+----+----------+---+---+---+---+---+---+----+--------+
 * </pre>
 *
 * <p>With interrupt remapping bits 63:49 are the index and IF is 1. Bits that the data sheet
 * reserves keep what is written, as both recorded emulators do ({@code ioapic-read-only-bits}).
 *
 * <p>Source: 82093AA datasheet (290566-001), "I/O Redirection Table Registers" (IOA-002).
 *
 * <p><b>Not modelled:</b> delivery status [12], always 0; polarity [13] is kept and means nothing.
 *
 * @param raw the 64 bits as software reads them
 */
public record Rte(long raw) {
  /** Masked, edge, fixed, vector 0. */
  public static final Rte RESET = new Rte(1L << 16);

  /** Delivery status [12] and remote IRR [14]: software cannot write them (IOA-010). */
  private static final long READ_ONLY = 1L << 12 | 1L << 14;

  // @formatter:off
  /** Vector, 0 to 255. */
  public int          vector()        { return (int) Bits.get(raw, 7, 0); }
  /** Delivery mode. */
  public DeliveryMode deliveryMode()  { return DeliveryMode.of(Bits.get(raw, 10, 8)); }
  /** Destination mode: true for logical. */
  public boolean      logical()       { return Bits.test(raw, 11); }
  /** Polarity: true for active low. Only shown; lines here are logical (IOA-023). */
  public boolean      activeLow()     { return Bits.test(raw, 13); }
  /** Sent as level and not yet ended by an EOI. */
  public boolean      remoteIrr()     { return Bits.test(raw, 14); }
  /** Trigger mode as written: true for level. */
  public boolean      level()         { return Bits.test(raw, 15); }
  /** Masked. */
  public boolean      masked()        { return Bits.test(raw, 16); }
  /** Remappable format. */
  public boolean      remappable()    { return Bits.test(raw, 48); }
  /** Destination, 8 bits. */
  public int          destination()   { return (int) Bits.get(raw, 63, 56); }
  // @formatter:on

  /**
   * True when the pin works as level. SMI, NMI, INIT and ExtINT are edge whatever the trigger bit
   * says: the data sheet wants it so for NMI and wants the others programmed so.
   */
  public boolean levelSensitive() {
    DeliveryMode mode = deliveryMode();
    return level() && (mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY);
  }

  /** This entry after software writes {@code value}. Turning to edge drops remote IRR (IOA-010). */
  public Rte written(long value) {
    Rte next = new Rte((raw & READ_ONLY) | (value & ~READ_ONLY));
    return next.level() ? next : next.withRemoteIrr(false);
  }

  /** This entry with its low 32 bits written. */
  public Rte writtenLow(int value) {
    return written((raw & 0xFFFF_FFFF_0000_0000L) | (value & 0xFFFF_FFFFL));
  }

  /** This entry with its high 32 bits written. */
  public Rte writtenHigh(int value) {
    return written((raw & 0xFFFF_FFFFL) | (long) value << 32);
  }

  /** This entry with remote IRR replaced. */
  public Rte withRemoteIrr(boolean value) {
    return new Rte(Bits.with(raw, 14, value));
  }

  /**
   * Address of the message this entry stands for, in compatibility or in remappable format: the
   * upper 16 bits go to address bits 19:4 and the mode bit to bit 2 (IOA-022).
   */
  public long address() {
    return Msi.BASE | Bits.get(raw, 63, 48) << 4 | (logical() ? 4 : 0);
  }

  /** Data of the message this entry stands for: always an assertion, data bit 14 (IOA-022). */
  public int data() {
    return (levelSensitive() ? 1 << 15 : 0) | 1 << 14 | (int) (raw & 0x7FF);
  }
}
