"""doichieu (đối chiếu, "reconcile"): dossiers returned on paper but still open in the case software."""

__version__ = "0.1.0"
