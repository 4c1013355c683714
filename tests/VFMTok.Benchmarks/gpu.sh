#!/usr/bin/env bash
# The benchmarks on a machine with an NVIDIA GPU that has neither .NET nor a package source, but a PyTorch of the libtorch version that TorchSharp is built on (2.10).
#   here:            tests/VFMTok.Benchmarks/gpu.sh publish            -> artifacts/gpu, self-contained; copy the folder there
#   on that machine: ./gpu.sh run [NAME...] [--quick]                  in the copied folder; lines go to the screen and to gpu.jsonl
# State of the evidence: publishing was run; "run" was not, for want of such a machine.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
case "${1:-}" in
  publish)
    root="$here/../.."
    dotnet publish -c Release -r linux-x64 --self-contained -p:TorchBackend=none -o "$root/artifacts/gpu" "$here/VFMTok.Benchmarks.csproj"
    cp "$0" "$root/artifacts/gpu/gpu.sh"
    echo "Copy $(cd "$root/artifacts/gpu" && pwd) to the machine with the GPU and run ./gpu.sh run there."
    ;;
  run)
    shift
    torch="${TORCH_LIB:-$(python3 -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')}"
    version="$(python3 -c 'import torch; print(torch.__version__)' 2>/dev/null || echo unknown)"
    case "$version" in 2.10*) ;; *) echo "PyTorch is $version; TorchSharp 0.107 needs libtorch 2.10, so loading will most likely fail." >&2 ;; esac
    ln -sf "$torch"/*.so* "$here"/
    libraries="$torch"
    for folder in "$torch"/../../nvidia/*/lib; do [ -d "$folder" ] && libraries="$libraries:$folder"; done
    nvidia-smi --query-gpu=name,driver_version --format=csv,noheader || true
    [ $# -gt 0 ] || set -- encode pixels decode-step train-step pipeline
    LD_LIBRARY_PATH="$libraries:${LD_LIBRARY_PATH:-}" "$here/VFMTok.Benchmarks" "$@" --device cuda | tee "$here/gpu.jsonl"
    ;;
  *)
    echo "Usage: gpu.sh publish | run [NAME...] [--quick]" >&2
    exit 2
    ;;
esac
