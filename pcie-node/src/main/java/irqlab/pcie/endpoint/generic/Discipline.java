package irqlab.pcie.endpoint.generic;

/** When a source may interrupt again (DRV-050). */
public enum Discipline {
  /** Each completion interrupts, as NVMe does. */
  FREE_RUNNING,
  /** No new interrupt until software has read the source's register, as hisi_sas does. */
  ACK_REQUIRED,
  /**
   * One interrupt for each time that software arms the source by writing its register, as qdma
   * does; what completes before is remembered and interrupts at once when armed (DRV-040).
   */
  ARMED
}
