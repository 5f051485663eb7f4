"""Whether a folder lies on another machine."""

from __future__ import annotations

from pathlib import Path

_NAMES = ("nfs", "cifs", "smb", "afs", "9p", "ceph", "gluster", "lustre", "gpfs", "fuse.sshfs")


def network_file_system(folder: Path) -> str:
    """The name of the network file system that holds a folder; empty where it is none."""
    import psutil

    place = folder.absolute()
    found = ""
    longest = -1
    for partition in psutil.disk_partitions(all=True):
        mount = Path(partition.mountpoint)
        if len(mount.parts) > longest and place.is_relative_to(mount):
            is_remote = partition.fstype.startswith(_NAMES) or "remote" in partition.opts.split(",")
            found = partition.fstype if is_remote else ""
            longest = len(mount.parts)
    return found
