/**
 * An NVMe controller: queues in host memory, doorbells, phase bits, and a message for each
 * completion.
 *
 * <p>Documents: NVM Express Base Specification 1.4 (NVMe over PCIe). Start reading at {@link
 * irqlab.pcie.endpoint.nvme.NvmeController}.
 */
package irqlab.pcie.endpoint.nvme;
